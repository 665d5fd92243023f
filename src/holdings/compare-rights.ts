import {sameRules} from '../acl/same-rules.js'
import type {AclPolicy} from '../consul/types.js'
import {rulesWriteAcl} from './acl-write.js'
import {grantsIn, sameGrants, sameName} from './grants.js'
import type {Grants, HeldRole, Holdings, Link} from './holdings.js'
import type {Recreation, Thing} from './thing.js'

export interface Sides {
  /** Whether what the primary lacks is made there. */
  readonly adopt: boolean
  /** Name of the datacenter that is to become a secondary. */
  readonly datacenter: string
  /** Names of the policies that fedctl makes in the primary itself. */
  readonly fedctlsPolicies: readonly string[]
  readonly now: Date
  readonly own: Holdings
  readonly primary: Holdings
}

/** Grants as they are to stand in the primary, and what has to be made there for them beside the things themselves; or why they cannot. */
export type Mapped =
  | {readonly grants: Grants; readonly needs: readonly Recreation[]; readonly ok: true}
  | {readonly ok: false; readonly reason: string}

/** What links lead to in the primary, without a right in any other datacenter than before. */
export interface Rights {
  mapped(grants: Grants): Mapped
  /** For policies and roles, those first that others need. */
  readonly recreations: readonly Recreation[]
  readonly things: readonly Thing[]
}

type Target =
  | {readonly name: string; readonly needs: readonly Recreation[]; readonly ok: true}
  | {readonly ok: false; readonly reason: string}

/** The name of the policy that lets anybody who has it do everything, in every datacenter. Its id is the same everywhere. */
const management = 'global-management'
const longestName = 128

/**
 * Compares policies and roles. One that both sides have alike, and that is in force everywhere in the primary, would give tokens of this datacenter rights
 * elsewhere: for those it is made once more, under the name `<name>_<datacenter>`, in force here alone.
 */
export function compareRights(sides: Sides): Rights {
  const {datacenter, own, primary} = sides
  const policies = own.policies.map((policy) => ({fate: policyFate(policy, sides), policy}))

  const policyTarget = ({Name}: Link): Target => {
    const found = policies.find(({policy}) => sameName(policy.Name, Name))
    if (!found) return {ok: false, reason: `its policy ${Name} is gone`}
    if (isBuiltIn(found.policy)) return {ok: false, reason: builtInReason(Name)}
    if (rulesWriteAcl(found.policy.Rules)) return {ok: false, reason: secretsReason(Name)}
    if (found.fate.fate === 'conflict') return {ok: false, reason: `its policy ${Name} is another one in the primary`}
    const there = policyNamed(primary, Name)
    if (!there || isNarrow(there, datacenter)) return {name: Name, needs: [], ok: true}
    return twinPolicy(found.policy)
  }
  const roles = own.roles.map((role) => ({...roleFate(role), role}))

  const roleTarget = ({Name}: Link): Target => {
    const found = roles.find(({role}) => sameName(role.Name, Name))
    if (!found) return {ok: false, reason: `its role ${Name} is gone`}
    const {fate, mapped: grants, role} = found
    if (!grants.ok || fate.fate === 'conflict')
      return {ok: false, reason: `its role ${Name} is another one in the primary`}
    const there = roleNamed(primary, Name)
    if (!there || sameGrants(there, grants.grants)) return {name: Name, needs: [], ok: true}
    return twinRole(role, grants)
  }

  return {
    mapped: (grants) => mapped(grants, roleTarget),
    recreations: [
      ...policies.flatMap(({fate, policy}) => (fate.fate === 'recreate' ? recreatedPolicy(policy, datacenter) : [])),
      ...roles.flatMap(({fate, mapped: grants, role}) =>
        fate.fate === 'recreate' && grants.ok ? [...grants.needs, recreatedRole(role, role.Name, grants.grants)] : [],
      ),
    ],
    things: [...policies.map(({fate}) => fate), ...roles.map(({fate}) => fate)],
  }

  function mapped(grants: Grants, ofRole: (link: Link) => Target): Mapped {
    const links = [(grants.Policies ?? []).map(policyTarget), (grants.Roles ?? []).map(ofRole)] as const
    const missing = links.flat().find((target) => !target.ok)
    if (missing && !missing.ok) return missing
    const [Policies, Roles] = links.map((targets) =>
      targets.flatMap((target) => (target.ok ? {Name: target.name} : [])),
    )
    return {
      grants: grantsIn(datacenter, {...grants, Policies: Policies ?? [], Roles: Roles ?? []}),
      needs: links.flat().flatMap((target) => (target.ok ? target.needs : [])),
      ok: true,
    }
  }

  function roleFate(role: HeldRole): {fate: Thing; mapped: Mapped} {
    const thing = {key: role.Name, name: role.Name, what: 'role'} as const
    const there = roleNamed(primary, role.Name)
    const grants = mapped(role, () => ({ok: false, reason: 'roles have no roles'}))
    if (!grants.ok) return {fate: {...thing, fate: 'conflict', reason: grants.reason}, mapped: grants}
    if (there) {
      const same = sameGrants(there, role) || sameGrants(there, grants.grants)
      const reason = 'the primary has another role of that name'
      return {fate: same ? {...thing, fate: 'equal'} : {...thing, fate: 'conflict', reason}, mapped: grants}
    }
    return {fate: {...thing, fate: 'recreate'}, mapped: grants}
  }

  function twinPolicy(policy: AclPolicy): Target {
    const name = `${policy.Name}_${datacenter}`
    const there = policyNamed(primary, name)
    const taken = there
      ? !(sameRules(there.Rules, policy.Rules) && isNarrow(there, datacenter))
      : policyNamed(own, name) !== undefined
    if (taken || name.length > longestName) return {ok: false, reason: twinReason('policy', policy.Name, name)}
    const summary = twinSummary('policy', name, policy.Name)
    const twin = {...recreatedPolicy({...policy, Name: name}, datacenter), summary}
    return {name, needs: there ? [] : [twin], ok: true}
  }

  function twinRole(role: HeldRole, {grants, needs}: Extract<Mapped, {ok: true}>): Target {
    const name = `${role.Name}_${datacenter}`
    const there = roleNamed(primary, name)
    const taken = there ? !sameGrants(there, grants) : roleNamed(own, name) !== undefined
    if (taken || name.length > longestName) return {ok: false, reason: twinReason('role', role.Name, name)}
    const twin = {...recreatedRole(role, name, grants), summary: twinSummary('role', name, role.Name)}
    return {name, needs: there ? [] : [...needs, twin], ok: true}
  }

  function twinSummary(what: string, name: string, original: string): string {
    return `create ${what} ${name}: ${original} as it is in force in ${datacenter}, and nowhere else`
  }
}

function twinReason(what: string, name: string, twin: string): string {
  return `its ${what} ${name} is in force in every datacenter of the primary, and ${twin} cannot be made`
}

function policyFate(policy: AclPolicy, {datacenter, fedctlsPolicies, primary}: Sides): Thing {
  const thing = {key: policy.Name, name: policy.Name, what: 'policy'} as const
  if (isBuiltIn(policy)) return {...thing, fate: 'stays', reason: 'it is built into Consul'}
  const there = policyNamed(primary, policy.Name)
  if (!there && !isInForce(policy, datacenter))
    return {...thing, fate: 'conflict', reason: `it is in force in ${policy.Datacenters?.join(', ') ?? ''} alone`}
  if (!there) return {...thing, fate: 'recreate'}
  const isFedctls = fedctlsPolicies.some((name) => sameName(name, policy.Name))
  if (!sameRules(there.Rules, policy.Rules)) {
    const reason = isFedctls
      ? 'fedctl makes another one of that name for the federation'
      : 'the primary has another policy of that name'
    return {...thing, fate: 'conflict', reason}
  }
  if (isFedctls) return {...thing, fate: 'replaced'}
  return isInForce(there, datacenter)
    ? {...thing, fate: 'equal'}
    : {...thing, fate: 'conflict', reason: `that of the primary is not in force in ${datacenter}`}
}

function isInForce({Datacenters: scope}: AclPolicy, datacenter: string): boolean {
  return !scope || scope.length === 0 || scope.includes(datacenter)
}

/** Whether a policy of the primary is in force in that datacenter and nowhere else, as every policy of a datacenter on its own is. */
function isNarrow({Datacenters: scope}: AclPolicy, datacenter: string): boolean {
  return scope?.length === 1 && scope[0] === datacenter
}

/** Whether Consul makes it itself; its rules differ between versions. */
export function isBuiltIn({ID, Name}: AclPolicy): boolean {
  return ID.startsWith('00000000-0000-0000-0000-') || Name === management || Name.startsWith('builtin/')
}

function builtInReason(name: string): string {
  return name === management
    ? 'it may do everything, and in the primary it could do so in every datacenter'
    : `its policy ${name} is in force in every datacenter`
}

function secretsReason(name: string): string {
  return `its policy ${name} may write ACLs, and in a secondary that shows the secrets of all global tokens`
}

/** In force in no other datacenter, whatever else its own one names: there it never was. */
function recreatedPolicy({Description, Name, Rules}: AclPolicy, datacenter: string): Recreation {
  const body = {Datacenters: [datacenter], Description, Name, Rules}
  return {body, key: Name, summary: `create policy ${Name}, in force in ${datacenter}`, what: 'policy'}
}

function recreatedRole({Description = ''}: HeldRole, name: string, grants: Grants): Recreation {
  return {body: {...grants, Description, Name: name}, key: name, summary: `create role ${name}`, what: 'role'}
}

function policyNamed({policies}: Holdings, name: string): AclPolicy | undefined {
  return policies.find(({Name}) => sameName(Name, name))
}

function roleNamed({roles}: Holdings, name: string): HeldRole | undefined {
  return roles.find(({Name}) => sameName(Name, name))
}
