import type {Grants, Identity, Link} from './holdings.js'

/** Names of policies and roles are the same where they differ in case only (Consul agent/consul/state/acl.go, 1.8–1.21). */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Whether both give the same rights, as far as links and identities tell. */
export function sameGrants(one: Grants, other: Grants): boolean {
  return grantsText(one) === grantsText(other)
}

/** Grants as a body for Consul, linked by name, in force in one datacenter and no other, whatever others they name. */
export function grantsIn(datacenter: string, grants: Grants): Grants {
  const isInForce = ({Datacenters: scope}: Identity) => !scope || scope.length === 0 || scope.includes(datacenter)
  const scoped = (identities: Grants['ServiceIdentities']) =>
    (identities ?? []).filter(isInForce).map((identity) => ({...identity, Datacenters: [datacenter]}))
  const {Policies, Roles, ServiceIdentities, TemplatedPolicies} = grants
  const NodeIdentities = (grants.NodeIdentities ?? []).filter(({Datacenter}) => Datacenter === datacenter)
  return {
    ...(isNone(NodeIdentities) ? {} : {NodeIdentities}),
    ...(isNone(Policies) ? {} : {Policies: Policies?.map(({Name}) => ({Name}))}),
    ...(isNone(Roles) ? {} : {Roles: Roles?.map(({Name}) => ({Name}))}),
    ...(isNone(ServiceIdentities) ? {} : {ServiceIdentities: scoped(ServiceIdentities)}),
    ...(isNone(TemplatedPolicies) ? {} : {TemplatedPolicies: scoped(TemplatedPolicies)}),
  } as Grants
}

function isNone(list: readonly unknown[] | null | undefined): boolean {
  return (list ?? []).length === 0
}

/** The same for grants that give the same rights, as far as links and identities tell. */
export function grantsText({NodeIdentities, Policies, Roles, ServiceIdentities, TemplatedPolicies}: Grants): string {
  return JSON.stringify([
    names(Policies),
    names(Roles),
    ...[NodeIdentities, ServiceIdentities, TemplatedPolicies].map((identities) => (identities ?? []).map(text).sort()),
  ])
}

function names(links: readonly Link[] | null | undefined): string[] {
  return (links ?? []).map(({Name}) => Name.toLowerCase()).sort()
}

function text(identity: Identity): string {
  const {Datacenters, ...others} = identity
  const fields = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([fields, [...(Datacenters ?? [])].sort()])
}
