import {readPolicyByName, updatePolicy} from '../../acl/endpoints.js'
import {policyNames} from '../../acl/names.js'
import {rulesText} from '../../acl/rules.js'
import {federationStates} from '../../consul/api.js'
import type {ConsulClient} from '../../consul/client.js'
import type {ServiceRegistration} from '../../consul/types.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Gateway} from '../../federation/model.js'
import {agentBeside, primaryOf} from '../../federation/selectors.js'
import {observeService} from '../../gateway/observe-service.js'
import {gatewayRegistration} from '../../gateway/registration.js'
import type {RunbookContext} from '../../runbooks/context.js'
import type {Fault} from './fault.js'
import {brokenSecondary, crash, firstServerOf, restart, untilTrue} from './nodes.js'

/** Written in this order; the second depends on the first, and its kind comes first in the alphabet. */
const entries = [
  {Kind: 'service-defaults', Name: 'fedctl-fault', Protocol: 'http'},
  {
    Kind: 'ingress-gateway',
    Listeners: [{Port: 8080, Protocol: 'http', Services: [{Name: 'fedctl-fault'}]}],
    Name: 'fedctl-fault-ingress',
  },
]

/** Nobody in a lab listens there. */
const closedPort = 8444
const publishedWithinMs = 60_000

/** Faults by which a datacenter holds what another one no longer has, or lacks what it has. */
export const replicationFaults: readonly Fault[] = [
  {
    async break({context}) {
      const gone = goneGateway(context)
      const agent = await agentOf(context, gone)
      const {signal} = context.ports
      await agent.request('/v1/agent/service/register', {body: gone.registration, method: 'PUT', signal})
      await untilPublished(context, gone)
      await forbidPublishing(context)
      await deregister(agent, gone, signal)
    },
    cause: 'acl.replication-token',
    checks: ['state.published', 'acl.replication-rights'],
    id: 'federation-state-stale',
    async mend({context}) {
      const gone = goneGateway(context)
      await deregister(await agentOf(context, gone), gone, context.ports.signal)
    },
    needs: ['acl'],
    title:
      'the federation state of a secondary lists a gateway that is gone: the replication token may not publish another',
  },
  {
    async break({context}) {
      const {servers} = brokenSecondary(context.federation)
      for (const {id} of servers) await crash(context, id)
      const primary = await primaryClient(context)
      for (const body of entries)
        await primary.request('/v1/config', {body, method: 'PUT', signal: context.ports.signal})
      for (const server of servers) await restart(context, server)
    },
    cause: 'entries.replicated',
    checks: ['entries.replicated'],
    id: 'config-entry-not-replicated',
    async mend({context}) {
      const primary = await primaryClient(context)
      for (const {Kind, Name} of [...entries].reverse())
        await primary.request(`/v1/config/${Kind}/${Name}`, {method: 'DELETE', signal: context.ports.signal})
    },
    needs: ['entryOrder'],
    title: 'a secondary does not get config entries of the primary: replication halts at one that depends on another',
  },
]

interface GoneGateway {
  readonly gateway: Gateway
  readonly registration: ServiceRegistration
}

/** A second gateway of the secondary, with a WAN address at which nobody listens and a check that does not notice it. */
function goneGateway({federation}: RunbookContext): GoneGateway {
  const {gateways, name} = brokenSecondary(federation)
  const [gateway] = gateways
  if (!gateway) throw new FedctlError('bug', `datacenter ${name} has no gateway`)
  const registration = gatewayRegistration(gateway)
  const wan = {Address: gateway.wanAddress, Port: closedPort}
  const TaggedAddresses = {...registration.TaggedAddresses, wan}
  return {gateway, registration: {...registration, ID: `${registration.ID}-gone`, TaggedAddresses}}
}

async function agentOf(context: RunbookContext, {gateway}: GoneGateway): Promise<ConsulClient> {
  return context.client(agentBeside(brokenSecondary(context.federation), gateway))
}

async function primaryClient(context: RunbookContext): Promise<ConsulClient> {
  return context.client(firstServerOf(primaryOf(context.federation)))
}

/** An agent refuses what it does not have: with 500, and later versions with 404. */
async function deregister(agent: ConsulClient, {registration}: GoneGateway, signal: AbortSignal): Promise<void> {
  if (!(await observeService(agent, registration.ID, signal))) return
  await agent.request(`/v1/agent/service/deregister/${registration.ID}`, {method: 'PUT', signal})
}

async function untilPublished(context: RunbookContext, {gateway, registration}: GoneGateway): Promise<void> {
  const primary = await primaryClient(context)
  const {signal} = context.ports
  const failure = `${registration.ID} does not get into the federation state of ${gateway.datacenter}`
  await untilTrue(context.ports, {failure, withinMs: publishedWithinMs}, async () => {
    const states = await federationStates(primary, {signal})
    const state = states.find(({Datacenter}) => Datacenter === gateway.datacenter)
    return state?.MeshGateways?.some(({Service}) => Service.ID === registration.ID) === true
  })
}

/** `operator:write` is what publishing needs (Consul agent/consul/federation_state_endpoint.go Apply, 1.8–1.21). */
async function forbidPublishing(context: RunbookContext): Promise<void> {
  const client = await primaryClient(context)
  const call = {signal: context.ports.signal}
  const policy = await readPolicyByName(client, policyNames.replication, call)
  const rules = rulesText([
    {policy: 'write', resource: 'acl'},
    {policy: 'read', resource: 'operator'},
    {intentions: 'read', name: '', policy: 'read', resource: 'service_prefix'},
  ])
  await updatePolicy(client, policy, {description: policy.Description, name: policy.Name, rules}, call)
}
