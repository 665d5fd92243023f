import {anonymousAccessorId} from '../consul/types.js'
import {grantsWriteAcl} from './acl-write.js'
import type {Rights, Sides} from './compare-rights.js'
import {sameGrants, sameName} from './grants.js'
import type {HeldToken, Holdings} from './holdings.js'
import type {Comparison, Fate, Recreation, Thing} from './thing.js'

/** Consul takes no token that expires within a minute (`acl.token_min_expiration_ttl`, 1.8–1.21), and the move takes longer. */
const shortestLifeMs = 120_000

/** Compares tokens. Global ones keep accessor and secret in the primary, so that whoever uses them goes on; local ones stay. */
export function compareTokens(sides: Sides, rights: Rights): Comparison {
  const things: Thing[] = []
  const recreations: Recreation[] = []
  for (const token of sides.own.tokens) {
    const {due = [], thing} = compareToken(token, sides, rights)
    things.push(thing)
    recreations.push(...due)
  }
  return {recreations, things}
}

function compareToken(
  token: HeldToken,
  sides: Sides,
  rights: Rights,
): {readonly due?: readonly Recreation[]; readonly thing: Thing} {
  const {primary} = sides
  const thing = {key: token.AccessorID, name: tokenName(token), what: token.Local ? 'local token' : 'token'} as const
  const conflict = (reason: string) => ({thing: {...thing, fate: 'conflict' as const, reason}})
  if (token.Local) {
    const without = (fate: Fate) => linksOfFate(token, fate, rights.things)
    const [others, unmade] = [without('conflict'), sides.adopt ? [] : without('recreate')]
    const reasons = [
      ...(others.length > 0 ? [`without ${others.join(', ')}, which is another one in the primary`] : []),
      ...(unmade.length > 0 ? [`without ${unmade.join(', ')}, which the primary does not have`] : []),
      ...(grantsWriteAcl(token, sides.own) ? ['it may write ACLs, and will see the secrets of all global tokens'] : []),
    ]
    return {thing: {...thing, fate: 'stays', ...(reasons.length > 0 ? {reason: reasons.join('; ')} : {})}}
  }
  if (token.AccessorID === anonymousAccessorId) {
    const more = beyondAnonymous(token, primary)
    return more === undefined ? {thing: {...thing, fate: 'equal'}} : conflict(more)
  }
  const mapped = rights.mapped(token)
  const there = primary.tokens.find(({AccessorID}) => AccessorID === token.AccessorID)
  if (there) {
    const grantsSame = sameGrants(there, token) || (mapped.ok && sameGrants(there, mapped.grants))
    if (there.SecretID === token.SecretID && grantsSame) return {thing: {...thing, fate: 'equal'}}
    return conflict('the primary has another token with that accessor')
  }
  if (!mapped.ok) return conflict(mapped.reason)
  const obstacle = obstacleTo(token, sides)
  if (obstacle !== undefined) return conflict(obstacle)
  const {AccessorID, Description = '', ExpirationTime, SecretID} = token
  const body = {
    ...mapped.grants,
    AccessorID,
    Description,
    Local: false,
    SecretID,
    ...(ExpirationTime ? {ExpirationTime} : {}),
  }
  const summary = `create token ${thing.name} with its own accessor and secret`
  return {
    due: [...mapped.needs, {body, key: AccessorID, summary, what: 'token'}],
    thing: {...thing, fate: 'recreate'},
  }
}

/** Why a token that the primary lacks cannot be made there; undefined where nothing is in the way. */
function obstacleTo(token: HeldToken, {now, own, primary}: Sides): string | undefined {
  const {AuthMethod, ExpirationTime, Legacy, Rules, SecretID} = token
  const hasSecret = (other: HeldToken) => other.SecretID === SecretID
  if (primary.tokens.some(hasSecret)) return 'the primary has its secret under another accessor'
  if (Legacy || Rules) return 'it is of the ACL system before Consul 1.4'
  if (AuthMethod) return `a login through ${AuthMethod} made it; log in again`
  if (ExpirationTime !== undefined && Date.parse(ExpirationTime) < now.getTime() + shortestLifeMs)
    return `it expires at ${ExpirationTime}`
  return own.tokens.some((other) => other !== token && hasSecret(other)) ? 'another token has its secret' : undefined
}

/** Names of linked policies and roles of a fate. */
function linksOfFate({Policies, Roles}: HeldToken, fate: Fate, things: readonly Thing[]): string[] {
  const isOfFate = (what: Thing['what'], name: string) =>
    things.some((thing) => thing.what === what && thing.fate === fate && sameName(thing.key, name))
  return [
    ...(Policies ?? []).filter(({Name}) => isOfFate('policy', Name)),
    ...(Roles ?? []).filter(({Name}) => isOfFate('role', Name)),
  ].map(({Name}) => Name)
}

/** Why requests without a token will be able to do less or other things; undefined where they will not. */
function beyondAnonymous({Policies, Roles}: HeldToken, {tokens}: Holdings): string | undefined {
  const there = tokens.find(({AccessorID}) => AccessorID === anonymousAccessorId)
  const linked = [...(there?.Policies ?? []), ...(there?.Roles ?? [])]
  const more = [...(Policies ?? []), ...(Roles ?? [])].filter(
    ({Name}) => !linked.some((one) => sameName(one.Name, Name)),
  )
  if (more.length === 0) return undefined
  return `requests without a token lose ${more.map(({Name}) => Name).join(', ')}: those of the primary count`
}

/** For people: the accessor, and what somebody wrote about it. */
function tokenName({AccessorID, Description}: HeldToken): string {
  return Description ? `${AccessorID} (${Description})` : AccessorID
}
