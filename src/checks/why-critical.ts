import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Gateway} from '../federation/model.js'
import {type CheckedGateway, mayAsk, strayChecks} from '../gateway/check-target.js'
import type {GatewayFacts} from '../observe/snapshot.js'
import {asEndpoint, shownEndpoint} from './addresses.js'
import {fedctlCommand} from './fedctl-command.js'
import {criticalChecks, wanEndpoint} from './gateway-facts.js'

/** Why a check is critical, however well the gateway is, and what ends that. */
export interface CheckProblem {
  readonly fix: readonly string[]
  /** Time surely does not mend it. */
  readonly lasting: boolean
  readonly text: string
}

/**
 * What is wrong with critical checks of a gateway beside the gateway itself, one for each such check: somebody has put it or its node into maintenance
 * (names of checks: Consul agent/agent.go EnableServiceMaintenance and EnableNodeMaintenance, 1.8–1.22), or the check asks where the gateway is not.
 * The latter is never sure: agents bring the catalog a new output without a change of status only every five minutes (`check_update_interval`, Consul
 * agent/local/state.go, 1.8–1.22).
 * @param gateway as the federation file has it, where it does.
 */
export function whyCritical(entry: GatewayFacts, gateway: Gateway | undefined): CheckProblem[] {
  const {id, node} = entry
  const maintenance = criticalChecks(entry).flatMap(({name}): CheckProblem[] => {
    if (name === 'Service Maintenance Mode') {
      const fix = [`end it on node ${node}: consul maint -disable -service=${id}`]
      return [{fix, lasting: true, text: `${id} is in maintenance`}]
    }
    if (name !== 'Node Maintenance Mode') return []
    return [
      {
        fix: [`end it on node ${node}: consul maint -disable`],
        lasting: true,
        text: `the node ${node} is in maintenance`,
      },
    ]
  })
  const register = gateway
    ? fedctlCommand('gateway register', {dc: gateway.datacenter, gateway: gateway.name})
    : `register ${id} on node ${node} anew, with a check of ${shownEndpoint(entry)}`
  const stray = strayChecks(entry.checks, checkedGateway(entry)).map(({target}) => ({
    fix: [register, `where it is registered with another check by now, start the gateway ${id} on node ${node}`],
    lasting: false,
    text: `the check asks ${formatEndpoint(target)}, and ${id} is registered at ${shownEndpoint(entry)} (the catalog may show a check as it was five minutes ago)`,
  }))
  return [...maintenance, ...stray]
}

/** Whether a critical check may be about the gateway itself. */
export function asksGateway({output}: GatewayFacts['checks'][number], entry: GatewayFacts): boolean {
  return mayAsk(checkedGateway(entry).own, output)
}

function checkedGateway(entry: GatewayFacts): CheckedGateway {
  return {own: [asEndpoint(entry), asEndpoint(wanEndpoint(entry))], service: entry.service}
}
