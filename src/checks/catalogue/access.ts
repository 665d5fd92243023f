import {anonymousAccessorId} from '../../consul/types.js'
import type {Agent} from '../../federation/model.js'
import type {Answer, ServerView} from '../../observe/snapshot.js'
import {didAnswer, failureText, notObserved} from '../answers.js'
import {withAcls} from '../applicability.js'
import {aboutServers, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {apiAnswersOf} from '../reachability.js'
import {isOnOneName, precedence, shownRights, takeRulesOut} from '../single-names.js'
import {startFix} from '../start-fix.js'
import {broken, holds, unanswered, type Verdict} from '../verdict.js'
import {distinct, joined} from '../wording.js'

const largestClockOffsetMs = 30_000

export const accessChecks = [
  aboutServers({
    id: 'access.api',
    observes: ['leader'],
    title: "every server's API answers, over verified TLS where it has TLS",
    judge: apiVerdict,
  }),
  aboutServers({
    applies: withAcls,
    id: 'access.token',
    observes: [
      'agent',
      'autopilot',
      'catalog-gateways',
      'federation-states',
      'lan-members',
      'remote-services',
      'token',
      'wan-members',
    ],
    title: 'the token may read what verification reads',
    judge: (server, {model, snapshot}) => tokenVerdict(server, snapshot.servers[server.id], model.primary),
  }),
  aboutServers({
    id: 'access.clock',
    observes: ['clock'],
    severity: 'warning',
    title: 'all clocks agree within 30 s',
    judge(server, {snapshot}) {
      const offset = snapshot.servers[server.id]?.clockOffsetMs
      if (offset === undefined) return unanswered('the server told no time')
      const found = `${Math.abs(offset / 1000).toFixed(0)} s ${offset < 0 ? 'behind' : 'ahead of'} this machine`
      if (Math.abs(offset) <= largestClockOffsetMs) return holds(found)
      return broken({
        expected: 'at most 30 s between a server and this machine',
        fix: [`set the clock of ${server.id} or of this machine by NTP (timedatectl status)`],
        found,
      })
    },
  }),
]

function apiVerdict(server: Agent, {model, snapshot}: Seen): Verdict {
  const {url} = server.api
  const view = snapshot.servers[server.id]
  const answer = view?.leader
  if (!answer) return unanswered(notObserved.reason)
  if (answer.ok || didAnswer(answer)) return strangeAnswer(server, view, model.file) ?? holds(url)
  const aboutTls = answer.failure.kind === 'tls'
  return broken({
    expected: `an answer at ${url}`,
    fix: aboutTls
      ? [`compare api.ca_file and api.server_name of ${server.id} in ${model.file} with the certificate of that agent`]
      : [...startFix(server, model, snapshot), `if the address is wrong, correct it in ${model.file}`],
    found: failureText(answer.failure),
  })
}

/** What cannot be read makes checks skip what they would judge, so it must not pass for an answer. */
function strangeAnswer(server: Agent, view: ServerView, file: string): Verdict | undefined {
  const failures = apiAnswersOf(view).flatMap((answer) => (answer.ok ? [] : [answer.failure]))
  const strange = failures.find(({kind}) => kind === 'malformed')
  if (!strange) return undefined
  return broken({
    expected: `the answers of a Consul agent at ${server.api.url}`,
    fix: [
      `see whether ${server.api.url} is the HTTP API of ${server.id} and not a proxy or another server; correct it in ${file}`,
    ],
    found: strange.message,
  })
}

/** Consul answers some questions with less instead of refusing them, so it is asked what the token may read. */
function tokenVerdict(server: Agent, view: ServerView | undefined, primary: string): Verdict {
  if (!view?.token || !view.permissions) return unanswered(notObserved.reason)
  const {permissions, token} = view
  if (!didAnswer(token)) return unanswered(`the server does not answer: ${token.ok ? '' : failureText(token.failure)}`)
  if (!token.ok && /ACL system is currently in legacy mode/i.test(token.failure.message)) {
    return inLegacyMode(server, primary)
  }
  const general = distinct([...missingByRule(permissions), ...missingByAnswer(view)])
  const hidden = distinct(Object.values(view.hidden ?? {}).flat())
  const missing = [...general, ...hidden.filter((right) => !general.includes(right.split(' ')[0] ?? ''))]
  if (missing.length > 0) return lacking(missing, token, permissions)
  if (!permissions.ok)
    return unanswered(`Consul did not say what the token may do: ${failureText(permissions.failure)}`)
  return holds(token.ok && token.value.policies.length > 0 ? `policies ${joined(token.value.policies)}` : undefined)
}

/**
 * A server begins so until it sees that its leader and all servers of the primary have the ACLs of 1.4, and knows no token by then
 * (Consul agent/consul/acl_server.go UseLegacyACLs, leader.go canUpgradeToNewACLs, 1.8–1.10).
 */
function inLegacyMode({id, datacenter}: Agent, primary: string): Verdict {
  const missing = datacenter === primary ? 'its leader' : `its leader, or the servers of ${primary}`
  return broken({
    expected: 'a server that resolves tokens',
    fix: [`see in the log of ${id} why it does not reach ${missing}: certificates, gossip keys, gateways`],
    found: `its ACLs are in legacy mode: it has not reached ${missing}`,
  })
}

type Asked = Required<Pick<ServerView, 'permissions' | 'token'>>

/** A token that is not known resolves to nothing at all; without one Consul says what the anonymous token may do (agent/consul/acl.go, 1.8–1.21). */
function lacking(missing: readonly string[], token: Asked['token'], permissions: Asked['permissions']): Verdict {
  const isUnknown = !token.ok && token.failure.kind === 'forbidden'
  const isAnonymous = isUnknown ? permissions.ok : token.ok && token.value.accessorId === anonymousAccessorId
  if (isUnknown || isAnonymous) {
    return broken({
      evidence: [`refused: ${shownRights(missing)}`],
      expected: `a token that this server knows, with ${joined(Object.values(rules))}`,
      fix: tokenFix,
      found: isAnonymous ? 'no token was sent' : 'the server does not know the token that was sent',
    })
  }
  const single = missing.filter(isOnOneName)
  const wanted = Object.entries(rules).flatMap(([right, rule]) =>
    missing.some((text) => text.startsWith(right) && !single.includes(text)) ? [rule] : [],
  )
  return broken({
    evidence: [
      token.ok ? `the accessor id of the token is ${token.value.accessorId}` : failureText(token.failure),
      ...(single.length > 0 ? [precedence] : []),
    ],
    expected: [
      ...(wanted.length > 0 ? [`a policy of the token with ${joined(wanted)}`] : []),
      ...(single.length > 0 ? ['no rule of the token that takes rights back on single names'] : []),
    ].join(', and '),
    fix: [...(single.length > 0 ? [takeRulesOut(single, 'that token')] : []), ...tokenFix],
    found: `the token lacks ${shownRights(missing)}`,
  })
}

/** The rule of a policy that gives each right. */
const rules = {
  'agent:read': 'agent_prefix "" { policy = "read" }',
  'node:read': 'node_prefix "" { policy = "read" }',
  'operator:read': 'operator = "read"',
  'service:read': 'service_prefix "" { policy = "read" }',
} as const

const tokenFix = [
  `${fedctlCommand('acl apply')} makes such a token; without one in the workspace, set CONSUL_HTTP_TOKEN_FILE or api.token in the federation file`,
]

function missingByRule(permissions: NonNullable<ServerView['permissions']>): string[] {
  if (!permissions.ok) return []
  return Object.entries(permissions.value).flatMap(([resource, allowed]) => (allowed ? [] : [`${resource}:read`]))
}

function missingByAnswer(view: ServerView): string[] {
  const local: readonly (readonly [string, Answer<unknown> | undefined])[] = [
    ['agent:read', view.agent],
    ['operator:read', view.autopilot],
    ['operator:read', view.federationStates],
    ['service:read', view.gateways],
    ['node:read', view.lanMembers],
    ['node:read', view.wanMembers],
  ]
  const remote = Object.entries(view.remote ?? {}).map(
    ([datacenter, {services}]) => [`service:read in ${datacenter}`, services] as const,
  )
  const elsewhere = remote.filter(([, answer]) => isForbidden(answer) || (answer.ok && answer.value === 0))
  const ownService = isForbidden(view.gateways) || (view.permissions?.ok && !view.permissions.value.service)
  return [
    ...local.filter(([, answer]) => isForbidden(answer)).map(([permission]) => permission),
    // Where it may not read services here, that it may not elsewhere says nothing more.
    ...(ownService ? [] : elsewhere.map(([permission]) => permission)),
  ]
}

function isForbidden(answer: Answer<unknown> | undefined): boolean {
  return answer?.ok === false && answer.failure.kind === 'forbidden'
}
