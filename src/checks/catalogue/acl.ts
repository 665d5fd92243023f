import type {Datacenter, Federation} from '../../federation/model.js'
import {secondariesOf} from '../../federation/selectors.js'
import type {AclReplicationFacts} from '../../observe/snapshot.js'
import {failureText, firstKnown, given, known} from '../answers.js'
import {allOf, withAcls, withSecondaries} from '../applicability.js'
import {applyFiles} from '../apply-files.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {distinct} from '../wording.js'
import {roundtripCheck} from './acl-roundtrip.js'
import {anonymousCheck, bootstrappedCheck, gatewayTokenCheck, replicationRightsCheck} from './acl-tokens.js'

export const aclChecks = [
  bootstrappedCheck,
  aboutDatacenters({
    applies: allOf(withAcls, withSecondaries),
    id: 'acl.replication',
    observes: ['acl-replication'],
    subjects: secondariesOf,
    title: 'replication of tokens has succeeded, with no newer error',
    judge: replicationVerdict,
  }),
  replicationRightsCheck,
  gatewayTokenCheck,
  anonymousCheck,
  roundtripCheck,
]

/** Without a token nothing is tried, and nothing fails (Consul agent/consul/leader.go runACLReplicator, 1.8–1.21). */
export const neverTried = 'it has neither succeeded nor failed, as without a replication token'

/** `Running` is true without a usable token too; only a success that no error has followed proves anything. */
function replicationVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const answers = datacenter.servers.map(({id}) => snapshot.servers[id]?.aclReplication)
  const isOff = answers.find((answer) => answer?.ok === false && /ACL support disabled/i.test(answer.failure.message))
  const expected = `replication from ${model.primary}${model.acl.tokenReplication ? ' with tokens' : ''}, last succeeded and not failed since`
  if (isOff?.ok === false) return broken({expected, found: failureText(isOff.failure)})
  return given(firstKnown(answers.map((answer) => known(answer))), (facts) => {
    const problem = problemOf(facts, datacenter, model)
    if (!problem) return holds(`last success ${facts.lastSuccess}`)
    return broken({...problem, expected})
  })
}

function problemOf(facts: AclReplicationFacts, {name, servers}: Datacenter, model: Federation) {
  const withTokens = model.acl.tokenReplication
  const renew = distinct(servers.flatMap((server) => applyFiles(server, model, 'configuration')))
  const token = [
    `acl.tokens.replication on every server of ${name} has to be a token that ${facts.sourceDatacenter || 'the primary'} knows, with acl:write and operator:write`,
    fedctlCommand('acl apply'),
    ...renew,
  ]
  if (!facts.enabled) return {fix: token, found: 'replication is off'}
  if (facts.lastSuccess === undefined) {
    const reason = facts.lastErrorMessage ?? (facts.lastError ? `last error ${facts.lastError}` : undefined)
    return {fix: token, found: reason ? `it has never succeeded: ${reason}` : neverTried}
  }
  if (facts.lastError !== undefined && Date.parse(facts.lastError) >= Date.parse(facts.lastSuccess)) {
    const message = facts.lastErrorMessage ? `: ${facts.lastErrorMessage}` : ''
    return {
      evidence: [`last success ${facts.lastSuccess}`],
      fix: token,
      found: `failed at ${facts.lastError}${message}`,
    }
  }
  if (withTokens && facts.replicationType !== 'tokens') {
    const fix = [`set acl.enable_token_replication = true on every server of ${name}`, ...renew]
    return {fix, found: `it replicates ${facts.replicationType || 'nothing'}, not tokens`}
  }
  return undefined
}
