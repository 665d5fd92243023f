import {canonicalAddress} from '../../federation/fields/address.js'
import type {FederationDraft} from '../../federation/federation-yaml.js'
import type {InitAnswers} from './init-answers.js'

type DraftDatacenter = FederationDraft['datacenters'][number]
type DraftAgent = DraftDatacenter['servers'][number]
type DraftGateway = NonNullable<DraftDatacenter['gateways']>[number]

/**
 * The federation that the answers describe. Nodes without a name are numbered: dc1-s1, dc1-c1, dc1-gw1. A gateway stands beside the
 * agent at its address; where there is none, a client agent is added there.
 */
export function draftOf(answers: InitAnswers): FederationDraft {
  return {
    acl: answers.acl === 'off' ? {enabled: false} : {default_policy: answers.acl},
    datacenters: answers.datacenters.map((name) => datacenterOf(name, answers)),
    primary: answers.primary,
    via: answers.via,
  }
}

function datacenterOf(name: string, answers: InitAnswers): DraftDatacenter {
  const ofServers = answers.servers.filter(({datacenter}) => datacenter === name)
  const ofGateways = answers.gateways.filter(({datacenter}) => datacenter === name)
  const taken = new Set([...ofServers, ...ofGateways].flatMap((node) => (node.name === undefined ? [] : [node.name])))
  const servers = ofServers.flatMap((server) =>
    server.addresses.map((address) => ({address, name: server.name ?? freeName(`${name}-s`, taken)})),
  )
  const clients: DraftAgent[] = []
  const gateways = ofGateways.map((gateway): DraftGateway => {
    let agent = [...servers, ...clients].find((candidate) => isSame(candidate.address, gateway.address))
    if (!agent) {
      agent = {address: gateway.address, name: freeName(`${name}-c`, taken)}
      clients.push(agent)
    }
    return {
      agent: agent.name,
      name: gateway.name ?? freeName(`${name}-gw`, taken),
      ...(gateway.port === undefined ? {} : {port: gateway.port}),
      ...(gateway.wan === undefined ? {} : {wan: gateway.wan}),
    }
  })
  return {
    ...(clients.length === 0 ? {} : {clients}),
    consul: answers.consul,
    ...(gateways.length === 0 ? {} : {gateways}),
    name,
    servers,
  }
}

/** The first of `prefix1`, `prefix2` … that is not taken; it is taken from then on. */
function freeName(prefix: string, taken: Set<string>): string {
  let number = 1
  while (taken.has(`${prefix}${number}`)) number++
  taken.add(`${prefix}${number}`)
  return `${prefix}${number}`
}

function isSame(a: string, b: string): boolean {
  return canonicalAddress(a) === canonicalAddress(b)
}
