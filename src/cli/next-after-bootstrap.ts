import type {Datacenter} from '../federation/model.js'
import {secondariesOf} from '../federation/selectors.js'
import type {RunbookContext} from '../runbooks/context.js'

/**
 * What to do after a runbook, as a line: bring up the first secondary of which nothing answers, move the first one that is still joined
 * the traditional way, else prove the whole.
 */
export async function nextAfterBootstrap({
  federation,
  fedctl,
  observer,
}: Pick<RunbookContext, 'federation' | 'fedctl' | 'observer'>): Promise<string> {
  const {servers} = await observer.observe(['agent', 'leader'])
  const isUp = ({servers: own}: Datacenter) => own.some(({id}) => servers[id]?.leader?.ok === true)
  const isTraditional = ({servers: own}: Datacenter) =>
    own.some(({id}) => {
      const agent = servers[id]?.agent
      return agent?.ok === true && (agent.value.retryJoinWan ?? []).length > 0
    })
  const secondaries = secondariesOf(federation)
  const missing = secondaries.find((secondary) => !isUp(secondary))
  if (missing) return `next: ${fedctl(`bootstrap secondary --dc ${missing.name}`)}`
  const traditional = federation.via === 'mesh-gateways' ? secondaries.find(isTraditional) : undefined
  return traditional
    ? `next: ${fedctl(`bootstrap secondary --existing --dc ${traditional.name}`)}`
    : `prove the whole federation with: ${fedctl('verify --wait 5m')}`
}
