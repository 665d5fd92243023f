import type {Datacenter} from '../../federation/model.js'
import {planRegistration} from '../../gateway/registration.js'
import {gatewayDigest} from '../../hosts/local-host.js'
import {isByHand} from '../by-hand.js'
import type {RunbookContext} from '../context.js'
import type {Change, Step} from '../step.js'
import {tokenWait} from './acl.js'
import {rollingChanges} from './rolling.js'

/**
 * Brings client agents to their configuration, and starts and registers gateways with them once more: a gateway asks with the token of its federation,
 * and an agent keeps the token with which it was given a service (Consul agent/local/state.go, 1.8–1.21), and that of the datacenter as it was on its own
 * may have gone.
 */
export function registerAgainStep(datacenter: Datacenter): Step {
  return {
    async changes(context) {
      const gateways = datacenter.gateways.filter(({host}) => host === 'local')
      return [
        ...(await tokenWait(context, datacenter, datacenter)),
        ...clientChanges(await rollingChanges(context, datacenter.clients)),
        ...(await gatewaysByHand(context, datacenter)),
        ...gateways.flatMap((gateway): Change[] => [
          {host: 'local', kind: 'start-gateway', node: gateway.id, summary: `start the gateway ${gateway.id} anew`},
          ...planRegistration(context.federation, gateway, undefined),
        ]),
      ]
    },
    done: [],
    id: 'register-again',
    title: `Change the client agents of ${datacenter.name} over, and register its gateways anew`,
    why: 'an agent registers a service with the token that it was given with it, and that one may have gone',
    withinMs: 0,
  }
}

/** Those that run already, with a token of the datacenter as it was on its own; no check can see with which. */
async function gatewaysByHand({hosts}: RunbookContext, {gateways}: Datacenter): Promise<Change[]> {
  const byHand = gateways.filter(({host}) => host === 'manual')
  const changes = byHand.map(async (gateway): Promise<Change[]> => {
    const {digest, status} = await hosts.manual.stateOf(gateway.id)
    if (status !== 'running' || digest === gatewayDigest(gateway)) return []
    const summary = `restart the gateway ${gateway.id} with the token of the federation`
    return [{evenIfWell: true, host: 'manual', kind: 'start-gateway', node: gateway.id, summary}]
  })
  return (await Promise.all(changes)).flat()
}

/**
 * A client agent that runs answers before and after its restart, so a person has to say that it is done. One that is yet to be started is left to the step
 * that starts gateways, which waits for it.
 */
function clientChanges(changes: readonly Change[]): Change[] {
  const toStart = new Set(
    changes.flatMap((change) => (isByHand(change) && change.kind === 'start-agent' ? change.node : [])),
  )
  return changes.flatMap((change) => {
    if (!isByHand(change)) return change
    return toStart.has(change.node) ? [] : {...change, evenIfWell: true}
  })
}
