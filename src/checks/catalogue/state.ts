import type {Agent, Datacenter} from '../../federation/model.js'
import {primaryOf, secondariesOf} from '../../federation/selectors.js'
import type {FederationStateFacts, GatewayFacts} from '../../observe/snapshot.js'
import {sameEndpoint, shownEndpoint} from '../addresses.js'
import {given, known} from '../answers.js'
import {allOf, throughGateways, withSecondaries} from '../applicability.js'
import {aboutDatacenters, aboutServers, type Seen} from '../define-check.js'
import {
  catalogGateways,
  entryOf,
  federationState,
  federationStates,
  shownGateway,
  wanEndpoint,
} from '../gateway-facts.js'
import {broken, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, joined} from '../wording.js'

export const stateChecks = [
  aboutDatacenters({
    applies: throughGateways,
    id: 'state.published',
    observes: ['agent', 'federation-states', 'catalog-gateways', 'token'],
    title: "each datacenter's gateways stand in the primary's federation state, as the catalog has them",
    judge: publishedVerdict,
  }),
  aboutServers({
    applies: allOf(throughGateways, withSecondaries),
    id: 'state.replicated',
    observes: ['federation-states'],
    subjects: (model) => secondariesOf(model).flatMap(({servers}) => servers),
    title: "each secondary holds the primary's federation states",
    judge: replicatedVerdict,
  }),
]

function publishedVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const expected = `the gateways of ${datacenter.name} in the federation state that ${model.primary} holds`
  const fix = datacenter.isPrimary
    ? [`see in the log of the leader of ${datacenter.name}: federation state anti-entropy`]
    : [
        `see in the log of the leader of ${datacenter.name}: federation state anti-entropy`,
        `its replication token needs operator:write, and a way to ${model.primary}`,
      ]
  return given(federationState(snapshot, primaryOf(model), datacenter.name), (state) => {
    if (!state) return broken({expected, fix, found: `${model.primary} has no federation state of ${datacenter.name}`})
    const catalog = catalogGateways(model, snapshot, datacenter)
    const differences = catalog.known
      ? againstCatalog(catalog.value, state.gateways)
      : againstFile(datacenter, state.gateways)
    const [first] = differences
    if (first === undefined && state.gateways.length > 0) {
      const found = counted(state.gateways.length, 'gateway')
      return catalog.known ? holds(found) : unanswered(`${found}, not compared with the catalog: ${catalog.reason}`)
    }
    const evidence = [`written at ${state.updatedAt}`, ...differences.slice(1)]
    return broken({evidence, expected, fix, found: first ?? 'the federation state holds no gateway'})
  })
}

function againstCatalog(catalog: readonly GatewayFacts[], state: readonly GatewayFacts[]): string[] {
  const same = (a: GatewayFacts, b: GatewayFacts) => a.id === b.id && a.node === b.node
  return [
    ...catalog.flatMap((gateway) => {
      const published = state.find((other) => same(gateway, other))
      if (!published) return [`${shownGateway(gateway)} is not in the federation state`]
      return differencesOf(gateway, published)
    }),
    ...state
      .filter((gateway) => !catalog.some((other) => same(gateway, other)))
      .map((gateway) => `${shownGateway(gateway)} is in the federation state and no longer in the catalog`),
  ]
}

function differencesOf(catalog: GatewayFacts, published: GatewayFacts): string[] {
  const name = shownGateway(catalog)
  if (catalog.exposesServers !== published.exposesServers) {
    return [`${name} has another meta consul-wan-federation in the federation state`]
  }
  const [is, was] = [wanEndpoint(catalog), wanEndpoint(published)]
  if (sameEndpoint(is, was)) return []
  return [`${name} is at ${shownEndpoint(is)}, and at ${shownEndpoint(was)} in the federation state`]
}

function againstFile({gateways}: Datacenter, state: readonly GatewayFacts[]): string[] {
  return gateways
    .filter((gateway) => !entryOf(gateway, state)?.exposesServers)
    .map(({id}) => `${id} is not in the federation state as a gateway that exposes servers`)
}

/** A replicated record names the primary's index of it (Consul agent/consul/federation_state_replication.go, 1.8–1.21). */
function replicatedVerdict(server: Agent, {model, snapshot}: Seen): Verdict {
  const view = snapshot.servers[server.id]
  return given(federationStates(snapshot, primaryOf(model)), (states) =>
    given(known(view?.federationStates, 'operator:read'), (replicated) => {
      const names = new Set(model.datacenters.map(({name}) => name))
      const wanted = states.filter(({datacenter}) => names.has(datacenter))
      if (wanted.length === 0) return unanswered(`${model.primary} holds no federation state yet`)
      const behind = wanted.flatMap((state) => lagOf(state, replicated))
      const [first] = behind
      if (first === undefined) return holds(counted(wanted.length, 'federation state'))
      return broken({
        evidence: behind.slice(1),
        expected: `the ${joined(wanted.map(({datacenter}) => datacenter))} records as ${model.primary} has them`,
        fix: [
          `see whether ${server.datacenter} reaches ${model.primary} (wan.rpc), and in the log of its leader: federation state replication`,
          'its replication token needs operator:read',
        ],
        found: first,
      })
    }),
  )
}

function lagOf(state: FederationStateFacts, replicated: readonly FederationStateFacts[]): string[] {
  const copy = replicated.find(({datacenter}) => datacenter === state.datacenter)
  if (!copy) return [`no federation state of ${state.datacenter}`]
  if (copy.primaryModifyIndex === state.modifyIndex) return []
  return [
    `the federation state of ${state.datacenter} has index ${copy.primaryModifyIndex}, and ${state.modifyIndex} in the primary`,
  ]
}
