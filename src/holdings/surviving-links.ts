import type {Export} from './export.js'
import {sameName} from './grants.js'
import type {HeldToken, Link} from './holdings.js'
import type {Thing} from './thing.js'

/** Names of policies and roles. */
export interface LinkNames {
  readonly policies: readonly string[]
  readonly roles: readonly string[]
}

export interface HeldForMove {
  /** Whether things are made in the primary. */
  readonly adopt: boolean
  readonly held: Pick<Export, 'holdings' | 'index'>
}

/**
 * What a local token is linked to and will find in the datacenter under the same name. It stays, but is linked by id, and the policies and roles of the
 * primary have other ids: those links vanish (Consul agent/consul/state/acl.go, 1.8–1.21).
 */
export function survivingLinks({Policies, Roles}: HeldToken, {adopt, held}: HeldForMove): LinkNames {
  const survives =
    (what: Thing['what']) =>
    ({Name}: Link) => {
      const thing = held.index.things.find((one) => one.what === what && sameName(one.key, Name))
      // What a run has made known itself is no thing of the datacenter.
      if (!thing) return held.holdings.policies.some((policy) => what === 'policy' && sameName(policy.Name, Name))
      return thing.fate === 'recreate' ? adopt : thing.fate !== 'conflict'
    }
  const names = (links: readonly Link[] | null | undefined, what: Thing['what']) =>
    (links ?? []).filter(survives(what)).map(({Name}) => Name)
  return {policies: names(Policies, 'policy'), roles: names(Roles, 'role')}
}
