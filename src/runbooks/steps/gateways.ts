import {agentBeside, atWork} from '../../federation/selectors.js'
import type {Datacenter, Federation, Gateway} from '../../federation/model.js'
import {type GatewayChange, planRegistration, registeredService} from '../../gateway/registration.js'
import {gatewayDigest} from '../../hosts/local-host.js'
import type {HostChange} from '../../hosts/change.js'
import type {RunbookContext} from '../context.js'
import type {Change, Gate, Step} from '../step.js'
import {tokenWait} from './acl.js'
import {agentChanges} from './agents.js'

/**
 * Starts the client agents and the gateways beside them, and registers the gateways, as soon as the datacenter knows their tokens. With WAN gossip
 * there are no gateways at work.
 */
export function startGatewaysStep(datacenter: Datacenter, done: readonly Gate[], via: Federation['via']): Step {
  return {
    async changes(context) {
      const {clients, gateways} = atWork(context.federation, datacenter)
      const changes: Change[] = [
        ...(await tokenWait(context, datacenter, datacenter)),
        ...(await agentChanges(context, clients)),
      ]
      for (const gateway of gateways) {
        changes.push(
          ...(await processChanges(context, gateway)),
          ...(await registrationChanges(context, datacenter, gateway)),
        )
      }
      return changes
    },
    done,
    id: 'start-gateways',
    title:
      via === 'mesh-gateways'
        ? `Start and register the gateways of ${datacenter.name}`
        : `Start the client agents of ${datacenter.name}; it is joined by WAN gossip, without gateways`,
    why:
      via === 'mesh-gateways'
        ? 'a datacenter is reached through the gateways that stand in its federation state, and leaves through them'
        : 'client agents join the servers of their datacenter',
    // Consul needs up to five minutes to use a way again that was dead for a while.
    withinMs: 360_000,
  }
}

async function processChanges({hosts}: RunbookContext, gateway: Gateway): Promise<HostChange[]> {
  const {digest, status} = await hosts[gateway.host].stateOf(gateway.id)
  const where = gatewayDigest(gateway)
  if (status === 'running' && digest === where) return []
  const summary = `${status === 'running' ? 'restart' : 'start'} the gateway ${gateway.id} at ${where}`
  return [{host: gateway.host, kind: 'start-gateway', node: gateway.id, summary}]
}

/** Envoy registers itself where a person starts it (`-register`); the lab's gateway is registered by fedctl. */
async function registrationChanges(
  context: RunbookContext,
  datacenter: Datacenter,
  gateway: Gateway,
): Promise<GatewayChange[]> {
  if (gateway.host === 'manual') return []
  const client = await context.client(agentBeside(datacenter, gateway))
  const registered = await registeredService(client, gateway, context.ports.signal)
  return planRegistration(context.federation, gateway, registered)
}
