import type {Datacenter, Federation} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import type {HeldTokenFacts} from '../../observe/held-token-facts.js'
import type {ServerView, Snapshot} from '../../observe/snapshot.js'
import {anonymousAccessorId} from '../../consul/types.js'
import {failureText, firstKnown, given, type Known, known, unknown} from '../answers.js'
import {allOf, throughGateways, withAcls, withSecondaries} from '../applicability.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {isOnOneName, precedence, shownRights, takeRulesOut} from '../single-names.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {distinct, joined} from '../wording.js'

const primaryOnly = (model: Federation) => [primaryOf(model)]

export const bootstrappedCheck = aboutDatacenters({
  applies: withAcls,
  id: 'acl.bootstrapped',
  observes: ['acl-replication', 'token'],
  subjects: primaryOnly,
  title: "the primary's ACLs are bootstrapped",
  judge: bootstrappedVerdict,
})

export const replicationRightsCheck = aboutDatacenters({
  applies: allOf(withAcls, withSecondaries),
  id: 'acl.replication-rights',
  observes: ['replication-token'],
  subjects: primaryOnly,
  title: 'the replication token may do what replication needs, and no more',
  judge: replicationRightsVerdict,
})

export const gatewayTokenCheck = aboutDatacenters({
  applies: allOf(withAcls, throughGateways),
  id: 'acl.gateway-token',
  observes: ['gateway-token'],
  subjects: ({datacenters}) => datacenters.filter(({gateways}) => gateways.length > 0),
  title: 'gateway tokens are known, global and narrow',
  judge: gatewayTokenVerdict,
})

export const anonymousCheck = aboutDatacenters({
  applies: allOf(
    withAcls,
    ({acl}) => acl.defaultPolicy === 'deny' || 'the default policy allows everything, with a token or without',
  ),
  id: 'acl.anonymous',
  observes: ['anonymous-rights'],
  severity: 'warning',
  title: 'cross-datacenter reads without a token do what the file says',
  judge: anonymousVerdict,
})

/**
 * A token that some server knows, or one that replication works with, was made after bootstrapping. Only newer versions say by themselves
 * that nobody has bootstrapped; before, a token is unknown then as it may be later (Consul agent/acl_endpoint.go, 1.8–1.21).
 */
function bootstrappedVerdict({name}: Datacenter, {model, snapshot}: Seen): Verdict {
  const views = Object.values(snapshot.servers)
  const ofPrimary = primaryOf(model).servers.map(({id}) => snapshot.servers[id])
  if (views.some(knowsToken)) return holds('a token resolves')
  if (views.some(({aclReplication}) => aclReplication?.ok && aclReplication.value.lastSuccess !== undefined)) {
    return holds('a secondary replicates')
  }
  const missing = ofPrimary.some(
    (view) => view?.token?.ok === false && /must be bootstrapped/i.test(view.token.failure.message),
  )
  if (missing) {
    return broken({
      expected: `a management token in ${name}`,
      fix: [fedctlCommand('acl bootstrap')],
      found: 'nobody has bootstrapped the ACLs',
    })
  }
  const answers = ofPrimary.map((view) => known(view?.token))
  return given(firstKnown(answers), () => unanswered('no token was sent that would tell'))
}

/** Without a token newer versions answer with the anonymous one, which is there from the start. */
function knowsToken({token}: ServerView): boolean {
  return token?.ok === true && token.value.accessorId !== anonymousAccessorId
}

function replicationRightsVerdict({servers}: Datacenter, {model, snapshot}: Seen): Verdict {
  const needed = ['acl:write', 'operator:write', 'service:read', 'intention:read']
  const answers = servers.map(({id}) => heldToken(snapshot, id, 'replicationToken'))
  return given(firstKnown(answers), (token) => {
    if (token === 'unknown') return lost('replication')
    const missing = missingOf(needed, token)
    if (missing.length > 0 || token.local) return unfit('replication', missing, token)
    // With the default policy `allow` every token may do everything that no rule forbids.
    const far = model.acl.defaultPolicy === 'deny' ? beyond(token, ['key:write', 'keyring:write', 'service:write']) : []
    return far.length === 0 ? holds() : tooFar('replication', far)
  })
}

function gatewayTokenVerdict({gateways, servers}: Datacenter, {model, snapshot}: Seen): Verdict {
  const services = [...new Set(gateways.map(({service}) => `service:write ${service}`))]
  const answers = servers.map(({id}) => heldToken(snapshot, id, 'gatewayToken'))
  return given(firstKnown(answers), (token) => {
    if (token === 'unknown') return lost('gateway')
    const missing = missingOf([...services, 'service:read', 'node:read'], token)
    if (missing.length > 0 || token.local) return unfit('gateway', missing, token)
    const wide = ['acl:write', 'key:write', 'keyring:write', 'node:write', 'operator:write', 'service:write']
    const far = model.acl.defaultPolicy === 'deny' ? beyond(token, wide) : []
    return far.length === 0 ? holds() : tooFar('gateway', far)
  })
}

function anonymousVerdict({name, servers}: Datacenter, {model, snapshot}: Seen): Verdict {
  const wanted = model.acl.anonymous === 'read'
  const reads = ['node:read', 'service:read']
  return given(firstKnown(servers.map(({id}) => known(snapshot.servers[id]?.anonymousRights))), (rights) => {
    const readable = reads.filter((right) => rights.includes(right))
    const single = rights.filter((right) => isOnOneName(right))
    const writes = rights.filter((right) => right.endsWith(':write'))
    const expected = wanted ? `${joined(reads)} without a token, and no more` : 'nothing without a token'
    const fix = [fedctlCommand('acl apply')]
    if (writes.length > 0) {
      const take = ['take these rights from the anonymous token: consul acl token read -id anonymous']
      return broken({expected, fix: take, found: `without a token one may do ${joined(writes)} in ${name}`})
    }
    if (wanted && readable.length < reads.length) {
      const missing = reads.filter((right) => !rights.includes(right))
      return broken({expected, fix, found: `without a token ${joined(missing)} is refused in ${name}`})
    }
    if (!wanted && readable.length > 0) {
      return broken({expected, fix, found: `without a token one may do ${joined(readable)} in ${name}`})
    }
    if (!wanted && single.length > 0) {
      const take = [
        `take the rule from the policy that gives it to the anonymous token: consul acl token read -id anonymous`,
        `or set acl.anonymous: read in ${model.file}`,
      ]
      return broken({expected, fix: take, found: `without a token one may do ${shownRights(single)} in ${name}`})
    }
    return holds(wanted ? joined(reads) : 'nothing is allowed')
  })
}

/** What a server says of a token of the workspace; `unknown` where it knows none with that secret. */
function heldToken(
  snapshot: Snapshot,
  id: string,
  part: 'gatewayToken' | 'replicationToken',
): Known<HeldTokenFacts | 'unknown'> {
  const answer = snapshot.servers[id]?.[part]
  if (!answer) return unknown('it was not asked: the workspace holds no such token')
  const {failure} = answer.ok ? {failure: undefined} : answer
  const isLost = failure && /ACL not found/i.test(failure.message) && !/must be bootstrapped/i.test(failure.message)
  if (isLost) return {known: true, value: 'unknown'}
  if (failure?.kind === 'forbidden') return unknown(failureText(failure))
  return known(answer)
}

/** Of single names only those that a right on all names would give: a rule on a name counts more than that. */
function missingOf(needed: readonly string[], {refused = [], rights}: HeldTokenFacts): string[] {
  const missing = needed.filter((right) => !rights.includes(right))
  return distinct([...missing, ...refused.filter((right) => !missing.includes(right.split(' ')[0] ?? ''))])
}

function beyond({rights}: HeldTokenFacts, far: readonly string[]): string[] {
  return far.filter((right) => rights.includes(right))
}

function lost(token: string): Verdict {
  return broken({
    expected: `the ${token} token of the workspace`,
    fix: [fedctlCommand('acl apply')],
    found: `the ${token} token of the workspace is not known there`,
  })
}

/** What it has in general and lacks on one name, a rule on that name takes back. */
function unfit(token: string, missing: readonly string[], {local, rights}: HeldTokenFacts): Verdict {
  const lacks = missing.length > 0 ? [`lacks ${shownRights(missing)}`] : []
  const takenBack = missing.filter((right) => isOnOneName(right) && rights.includes(right.split(' ')[0] ?? ''))
  const isTakenBack = takenBack.length > 0
  return broken({
    ...(isTakenBack ? {evidence: [precedence]} : {}),
    expected: `a global ${token} token with all rights that it needs`,
    fix: [
      fedctlCommand('acl apply'),
      ...(isTakenBack ? [`${takeRulesOut(takenBack, `the ${token} token`)}, with that token`] : []),
    ],
    found: `the ${token} token ${joined([...lacks, ...(local ? ['is local, so other datacenters do not know it'] : [])])}`,
  })
}

function tooFar(token: string, far: readonly string[]): Verdict {
  return doubtful({
    expected: `a ${token} token with no more rights than it needs`,
    fix: [fedctlCommand('acl apply')],
    found: `the ${token} token may also do ${joined(far)}`,
  })
}
