import {autopilotHealth} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import type {AutopilotHealth} from '../consul/types.js'
import type {Question} from './questioner.js'
import type {AutopilotFacts} from './snapshot.js'
import {autopilotSchema} from './snapshot-schema.js'

/** What the leader of the agent's datacenter says of its servers. Needs `operator:read`. */
export const autopilotQuestion: Question<AutopilotHealth, AutopilotFacts> = {
  observation: 'autopilot',
  put: (client, call) => autopilotHealth(client, call).catch(unhealthyAnswer),
  read: (answer) => ({
    failureTolerance: answer.FailureTolerance,
    healthy: answer.Healthy,
    ...youngest((answer.Servers ?? []).map(({StableSince}) => StableSince)),
  }),
  schema: autopilotSchema,
}

const tooManyRequests = 429

/** An unhealthy datacenter is answered with 429 and the same JSON (agent/operator_endpoint.go, 1.8–1.21), of which an error keeps the beginning. */
function unhealthyAnswer(error: unknown): AutopilotHealth {
  const answer = error instanceof RequestError && error.status === tooManyRequests ? error.body : ''
  const tolerance = /"FailureTolerance": ?(-?\d+)/.exec(answer)?.[1]
  if (tolerance === undefined) throw error
  return {FailureTolerance: Number(tolerance), Healthy: /"Healthy": ?true/.test(answer.slice(0, 20))}
}

/** Consul writes whole seconds in UTC, which sort as texts do. */
function youngest(times: readonly string[]): Pick<AutopilotFacts, 'stableSince'> {
  const stableSince = [...times].sort().at(-1)
  return stableSince === undefined ? {} : {stableSince}
}
