import type {Datacenter, Federation, Gateway} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {FederationStateFacts, GatewayFacts, ServerView, Snapshot} from '../observe/snapshot.js'
import {fact, firstKnown, type Known, known, notObserved, unknown} from './answers.js'
import type {EndpointFacts} from './addresses.js'
import {leftOut} from './single-names.js'
import {mayHideByAcls} from './unplanned-acls.js'
import {distinct} from './wording.js'

/** The mesh gateways that Consul knows in a datacenter, and where that was read. */
export interface RegisteredGateways {
  readonly gateways: readonly GatewayFacts[]
  readonly source: 'catalog' | 'federation state'
}

/** From the catalog of the datacenter, else from its federation state as its own servers or those of the primary hold it. */
export function registeredGateways(
  model: Federation,
  snapshot: Snapshot,
  datacenter: Datacenter,
): Known<RegisteredGateways> {
  const catalog = catalogGateways(model, snapshot, datacenter)
  if (catalog.known) return fact({gateways: catalog.value, source: 'catalog'})
  const state = firstKnown([
    federationState(snapshot, datacenter, datacenter.name),
    federationState(snapshot, primaryOf(model), datacenter.name),
  ])
  return state.known && state.value ? fact({gateways: state.value.gateways, source: 'federation state'}) : catalog
}

/**
 * The gateways in the catalog of a datacenter, as its servers answer.
 * A token that may not read all of them gets an answer with less, so one counts only where the token is not known to be refused,
 * and an empty one only where it is known to be allowed, or where the federation state shows none either.
 */
export function catalogGateways(
  model: Federation,
  snapshot: Snapshot,
  datacenter: Datacenter,
): Known<readonly GatewayFacts[]> {
  const views = datacenter.servers.map((server) => snapshot.servers[server.id])
  const answers = views.map((view) => known(view?.gateways, 'service:read and node:read'))
  const seen = answers.find((answer) => answer.known && answer.value.length > 0) ?? firstKnown(answers)
  if (!seen.known) return seen
  const hidden = views.flatMap((view) => view?.hidden?.['catalog-gateways'] ?? [])
  if (hidden.length > 0) return unknown(leftOut(distinct(hidden), 'gateways'))
  const isUnplanned = views.some((view) => mayHideByAcls(model, view))
  const judged = views.map((view) => mayReadGateways(model, view)).find((may) => may !== undefined)
  const allowed = isUnplanned && judged === true ? undefined : judged
  if (seen.value.length > 0) {
    return allowed === false ? unknown(leftOut([reading], 'gateways')) : seen
  }
  if (allowed === false) return unknown(`the token lacks ${reading} (the catalog shows no gateway)`)
  const state = federationState(snapshot, datacenter, datacenter.name)
  const confirmed = state.known && (state.value?.gateways.length ?? 0) === 0
  if (allowed ?? confirmed) return seen
  return unknown('the token may lack service:read or node:read (the catalog shows no gateway)')
}

const reading = 'service:read or node:read'

/** The record of one datacenter as the servers of another (or the same) hold it; undefined where they have none. */
export function federationState(
  snapshot: Snapshot,
  holder: Datacenter,
  about: string,
): Known<FederationStateFacts | undefined> {
  const states = federationStates(snapshot, holder)
  return states.known ? fact(states.value.find(({datacenter}) => datacenter === about)) : states
}

/** All records that a datacenter holds; the leader answers, whichever server is asked. */
export function federationStates(snapshot: Snapshot, holder: Datacenter): Known<readonly FederationStateFacts[]> {
  const answers = holder.servers.map((server) => known(snapshot.servers[server.id]?.federationStates, 'operator:read'))
  return answers.length > 0 ? firstKnown(answers) : notObserved
}

/** The entry of a gateway of the federation file: by service id, or by service and node where something else chose the id. */
export function entryOf(gateway: Gateway, entries: readonly GatewayFacts[]): GatewayFacts | undefined {
  return (
    entries.find(({id, node}) => id === gateway.name && node === gateway.agent) ??
    entries.find(({id}) => id === gateway.name) ??
    entries.find(({node, service}) => node === gateway.agent && service === gateway.service)
  )
}

/** Those that no gateway of the file stands for. */
export function strangersAmong(datacenter: Datacenter, entries: readonly GatewayFacts[]): GatewayFacts[] {
  const expected = new Set(datacenter.gateways.map((gateway) => entryOf(gateway, entries)))
  return entries.filter((entry) => !expected.has(entry))
}

/**
 * Whether Consul would use it: it exposes servers, and no check is critical; `warning` and no check at all are accepted
 * (Consul agent/consul/gateway_locator.go, 1.8–1.21).
 */
export function isUsable(gateway: GatewayFacts): boolean {
  return gateway.exposesServers && criticalChecks(gateway).length === 0
}

/** The checks that keep Consul from using it. */
export function criticalChecks(gateway: GatewayFacts): GatewayFacts['checks'] {
  return gateway.checks.filter(({status}) => status === 'critical')
}

/**
 * The endpoint that other datacenters dial: the tagged address `wan`, else address and port of the service
 * (BestAddress, Consul agent/structs/structs.go, 1.8–1.21).
 */
export function wanEndpoint(gateway: GatewayFacts): EndpointFacts {
  return gateway.wan ?? {address: gateway.address, port: gateway.port}
}

/** How a gateway of the catalog is named in findings: `dc1-gw1 on dc1-c1`. */
export function shownGateway({id, node}: GatewayFacts): string {
  return `${id} on ${node}`
}

/** Whether the token may read gateways; undefined where nothing tells. */
function mayReadGateways({acl}: Federation, view: ServerView | undefined): boolean | undefined {
  if (view?.filtered?.includes('catalog-gateways')) return false
  if (view?.permissions?.ok) return view.permissions.value.node && view.permissions.value.service
  return !acl.enabled || acl.defaultPolicy === 'allow' || undefined
}
