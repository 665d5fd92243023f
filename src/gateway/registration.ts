import {deregisterCheck, registerService} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import type {HealthCheck, ServiceRegistration} from '../consul/types.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Federation, Gateway} from '../federation/model.js'
import {agentBeside, datacenterOf} from '../federation/selectors.js'
import {type StrayCheck, strayChecks} from './check-target.js'
import {observeService, type RegisteredService} from './observe-service.js'

/** The meta key by which Consul knows gateways that expose servers (agent/structs/structs.go MetaWANFederationKey, 1.8–1.21). */
export const exposesServers = 'consul-wan-federation'

/** Put a gateway's registration into the agent beside it. */
export interface GatewayChange {
  /** Agent id. */
  readonly agent: string
  /** Gateway id. */
  readonly gateway: string
  readonly kind: 'register-gateway'
  readonly registration: ServiceRegistration
  readonly summary: string
  /** Ids of checks that ask elsewhere, and that the registration does not replace, since they have other ids than its own. */
  readonly surplusChecks?: readonly string[]
}

/**
 * How a gateway should stand in the agent beside it: a mesh gateway that exposes servers, with its LAN and WAN address, and a TCP check on the LAN one.
 * It counts as critical until the first check has passed, which is at most one interval: Consul's own 10 s, and 1 s on this machine, where a lab waits for it.
 * Unlike the registration of `consul connect envoy -register`, it does not vanish after six hours of outage: nothing would bring it back.
 */
export function gatewayRegistration(gateway: Gateway): ServiceRegistration {
  const {address, name, port, service, wanAddress, wanPort} = gateway
  const isLocal = gateway.host === 'local'
  return {
    Address: address,
    Check: {
      Interval: isLocal ? '1s' : '10s',
      Name: `${service} listening`,
      TCP: formatEndpoint({host: address, port}),
      Timeout: isLocal ? '1s' : '5s',
    },
    ID: name,
    Kind: 'mesh-gateway',
    Meta: {[exposesServers]: '1'},
    Name: service,
    Port: port,
    TaggedAddresses: {lan: {Address: address, Port: port}, wan: {Address: wanAddress, Port: wanPort}},
  }
}

/**
 * What a registration lacks, each difference in words; empty where it is as it should be. Only what decides about federation is compared:
 * other meta and tagged addresses are the agent's or the operator's business, and so is a check of another address that passes.
 */
export function registrationDifferences(desired: ServiceRegistration, actual: RegisteredService): string[] {
  const {checks, service} = actual
  const differs = (what: string, found: string, wanted: string) =>
    found === wanted ? [] : [`${what} ${found || 'none'} instead of ${wanted}`]
  return [
    ...differs('kind', service.Kind ?? '', desired.Kind),
    ...differs('service name', service.Service, desired.Name),
    ...differs('LAN address', endpoint(service), endpoint(desired)),
    ...['lan', 'wan'].flatMap((tag) =>
      differs(
        `tagged address ${tag}`,
        endpoint(service.TaggedAddresses?.[tag]),
        endpoint(desired.TaggedAddresses[tag]),
      ),
    ),
    ...differs(`meta ${exposesServers}`, service.Meta?.[exposesServers] ?? '', '1'),
    ...(checks.length === 0 ? ['no health check'] : []),
    ...strayChecksOf(desired, checks).map(
      ({check, target}) =>
        `the critical check "${check.name}" asks ${formatEndpoint(target)} instead of ${desired.Check.TCP}`,
    ),
  ]
}

/** What there is to do so that a gateway stands registered as the federation file has it: one change, or none. */
export function planRegistration(
  federation: Federation,
  gateway: Gateway,
  observed: RegisteredService | undefined,
): GatewayChange[] {
  const registration = gatewayRegistration(gateway)
  const differences = observed ? registrationDifferences(registration, observed) : ['it is not registered']
  if (differences.length === 0) return []
  const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway).id
  const stray = observed ? strayChecksOf(registration, observed.checks).map(({check}) => check.id) : []
  const surplusChecks = stray.filter((id) => id !== `service:${registration.ID}`)
  const summary = [
    `register the gateway ${gateway.id} with the agent ${agent}: ${differences.join(', ')}`,
    ...surplusChecks.map((id) => `take away its check "${id}"`),
    ...maintenanceOf(gateway, observed),
  ].join('; ')
  const change = {agent, gateway: gateway.id, kind: 'register-gateway', registration, summary} as const
  return [surplusChecks.length > 0 ? {...change, surplusChecks} : change]
}

/** That the gateway is in maintenance, which is an operator's to end, and how. The agent tells of its own; of its node, `consul maint` does. */
export function maintenanceOf({id, name}: Gateway, observed: RegisteredService | undefined): string[] {
  const isInMaintenance = observed?.checks.some(({CheckID}) => CheckID === `_service_maintenance:${name}`)
  return isInMaintenance ? [`${id} stays in maintenance until consul maint -disable -service=${name} on its node`] : []
}

/**
 * The registration that the agent has, or undefined; undefined too where the agent cannot say so, since it is down or does not know the token yet.
 * Registering is right then as well, changes nothing where it was registered, and shows what is wrong.
 * @throws The reason of `signal`.
 */
export async function registeredService(
  client: ConsulClient,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<RegisteredService | undefined> {
  try {
    return await observeService(client, gateway.name, signal)
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/**
 * Carries out a change. Checks that ask elsewhere are gone then; others that the service had stay, and so does maintenance.
 * @param token for this request instead of the client's own: the agent keeps the token that a service was registered with.
 * @throws RequestError, such as `forbidden` where the token may not write that service.
 */
export async function applyRegistration(
  client: ConsulClient,
  change: GatewayChange,
  signal: AbortSignal,
  token?: string,
): Promise<void> {
  const call = {signal, ...(token === undefined ? {} : {token})}
  await registerService(client, change.registration, call)
  for (const id of change.surplusChecks ?? []) await deregisterCheck(client, id, call)
}

/** Critical checks of the gateway's service that ask elsewhere. */
function strayChecksOf(
  {Name, TaggedAddresses}: ServiceRegistration,
  checks: readonly HealthCheck[],
): StrayCheck<{id: string; name: string}>[] {
  const own = Object.values(TaggedAddresses).map(({Address, Port}) => ({host: Address, port: Port}))
  const shown = checks.map((check) => ({
    id: check.CheckID,
    name: check.Name,
    output: check.Output,
    status: check.Status,
  }))
  return strayChecks(shown, {own, service: Name})
}

function endpoint(address: {Address: string; Port: number} | undefined): string {
  return address?.Address ? formatEndpoint({host: address.Address, port: address.Port}) : ''
}
