import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const apply = fedctlCommand('acl apply')
const replication = 'curl -s $CONSUL_HTTP_ADDR/v1/acl/replication in the secondary'

/** Tokens, policies and their replication. */
export const aclTexts: readonly KnownText[] = [
  {
    causes: [
      'the secondary cannot reach the primary, and a token that it has not replicated has to be looked up there',
      'down_policy = "deny"',
      'a CA that was rotated on one side only',
    ],
    checks: ['agent.token-replication', 'acl.replication', 'wan.rpc'],
    examples: ["Permission denied: token with AccessorID 'primary-dc-down' lacks permission 'node:read'"],
    fix: () => [
      'heal the way to the primary: ' + fedctlCommand('verify'),
      'set acl.enable_token_replication = true and down_policy = "extend-cache" in secondaries',
    ],
    id: 'acl.primary-down',
    look: [replication, fedctlCommand('verify', {only: 'wan.rpc,acl.replication'})],
    meaning:
      'The token could not be looked up because the primary cannot be reached, so Consul decided by down_policy.',
    patterns: [/primary-dc-down/],
    title: 'a token cannot be looked up while the primary is out of reach',
  },
  {
    causes: ['token replication is off in this secondary'],
    checks: ['agent.token-replication'],
    examples: ['rpc error making call: Local tokens are disabled'],
    fix: () => [
      'set acl.enable_token_replication = true on all servers of the secondary, with a replication token',
      fedctlCommand('config render'),
    ],
    id: 'acl.local-tokens-off',
    look: [replication + ': ReplicationType has to be tokens'],
    meaning: 'Without token replication a secondary has no tokens of its own, so logins and local tokens fail there.',
    patterns: [/Local tokens are disabled/],
    title: 'token replication is off',
  },
  {
    causes: ['`consul acl bootstrap` was run before, here or by somebody else'],
    checks: [],
    examples: [
      'Permission denied: ACL bootstrap no longer allowed (reset index: 13)',
      'ACL bootstrap no longer allowed',
    ],
    fix: () => [
      'use the token that the first call gave; where it is lost, write the reset index to DATA_DIR/acl-bootstrap-reset on the leader and bootstrap again',
    ],
    id: 'acl.bootstrapped',
    look: ['consul acl token list, with a management token'],
    meaning: 'The first management token exists already.',
    patterns: [/ACL bootstrap no longer allowed/],
    title: 'ACLs have been bootstrapped before',
  },
  {
    causes: [
      'the agent has just started',
      'a secondary of 1.8 to 1.10 that has never reached the primary',
      'an agent of a version before 1.4 in the datacenter',
    ],
    checks: ['access.token', 'wan.members'],
    examples: ['The ACL system is currently in legacy mode.'],
    fix: () => ['wait a minute; then: ' + fedctlCommand('verify', {only: 'wan,gateway'})],
    id: 'acl.legacy-mode',
    look: ['consul members: every agent 1.4 or newer'],
    meaning:
      'The server does not answer on tokens yet. A secondary leaves that mode only once it has reached the primary.',
    patterns: [/ACL system is currently in legacy mode/],
    title: 'the ACL system is not ready',
    versions: '1.8 to 1.10',
  },
  {
    causes: ['ACLs are on and nobody has bootstrapped them'],
    checks: ['acl.bootstrapped'],
    examples: ['ACL system must be bootstrapped before making any requests that require authorization: ACL not found'],
    fix: () => ['fedctl acl bootstrap, then: ' + apply],
    id: 'acl.not-bootstrapped',
    look: ['consul acl bootstrap on a server of the primary'],
    meaning: 'There is no management token yet.',
    patterns: [/ACL system must be bootstrapped/],
    title: 'ACLs have not been bootstrapped',
  },
  {
    causes: ['acl.enabled is false on this agent and true elsewhere'],
    checks: ['agent.acl-mode'],
    examples: ['Unexpected response code: 401 (ACL support disabled)'],
    fix: () => ['set acl.enabled alike on all agents', fedctlCommand('config render')],
    id: 'acl.disabled',
    look: [fedctlCommand('verify', {only: 'agent.acl-mode'})],
    meaning: 'The agent was asked for something of ACLs, and has them off.',
    patterns: [/ACL support disabled/],
    title: 'ACLs are off on this agent',
  },
  {
    causes: ['the replication token has no acl:write'],
    checks: ['acl.replication-rights', 'acl.replication'],
    examples: ['failed to retrieve unredacted tokens - replication token in use does not grant acl:write'],
    fix: () => [
      'give the replication token acl = "write", operator = "write" and service_prefix "" { policy = "read" intentions = "read" }',
      apply,
    ],
    id: 'acl.replication-redacted',
    look: [replication, 'consul acl token read -self, with the replication token, in the primary'],
    meaning: 'Without acl:write the primary hides the secrets of tokens, so they cannot be replicated.',
    patterns: [/failed to retrieve unredacted tokens/],
    title: 'the replication token may not read tokens whole',
  },
  {
    causes: [
      'the replication token has no operator:write, or there is none',
      'the way to the primary is broken',
      'servers older than 1.8 in the primary',
    ],
    checks: ['acl.replication-rights', 'state.published'],
    examples: ['error performing anti-entropy sync of federation state: rpc error making call: Permission denied'],
    fix: () => ['give the replication token operator = "write"', apply, 'put it on every server of the secondary'],
    id: 'state.not-published',
    look: [
      'consul acl token read -self, with the replication token, in the primary',
      fedctlCommand('verify', {only: 'state,acl'}),
    ],
    meaning: 'A datacenter could not tell the primary which gateways it has, so others cannot find the way to it.',
    patterns: [/anti-entropy sync of federation state/],
    title: 'gateways are not published in the federation state',
  },
  {
    causes: ['a server older than 1.8 is left in the primary'],
    checks: ['version.supported', 'version.skew'],
    examples: [
      "rpc error making call: rpc: can't find service FederationState.Apply",
      'Federation states are currently disabled until all servers in the datacenter support the feature',
    ],
    fix: () => ['upgrade the primary first, then the secondaries'],
    id: 'state.old-server',
    look: ['consul members -wan: build of each server'],
    meaning: 'Federation states need Consul 1.8 on every server.',
    patterns: [/can't find service FederationState/, /Federation states are currently disabled/],
    title: 'a server is too old for federation states',
  },
  {
    causes: ['an entry that is not valid on its own until another one is there', 'the replication token'],
    checks: ['entries.replicated', 'version.known-bugs'],
    examples: [
      'agent.server.replication.config_entry: Config Entry replication error (will retry if still leader): error="…"',
    ],
    fix: () => [
      'write, or delete and write again, the entry that the line names, in the primary',
      'upgrade to 1.9.16, 1.10.9, 1.11.4 or newer',
    ],
    id: 'entries.replication',
    look: ['consul config list -kind service-defaults in both datacenters'],
    meaning: 'Config entries of the primary do not reach this secondary.',
    patterns: [/[Cc]onfig [Ee]ntry replication error/],
    title: 'config entries are not replicated',
    versions: 'replication stops for good at such an entry before 1.9.16, 1.10.9 and 1.11.4',
  },
  {
    causes: ['no replication token, or one that was deleted', 'the way to the primary is broken'],
    checks: ['acl.replication', 'acl.replication-rights'],
    examples: [
      'agent.server.replication.acl.token: ACL replication error (will retry if still leader): error="rpc error making call: ACL not found"',
    ],
    fix: () => [apply, 'put the replication token on every server of the secondary: any of them may become the leader'],
    id: 'acl.replication',
    look: [replication, fedctlCommand('verify', {only: 'acl.replication,wan.rpc'})],
    meaning: 'Tokens and policies of the primary do not reach this secondary.',
    patterns: [/ACL replication error/, /replication\.acl\.\w+: .*error/],
    title: 'ACL replication fails',
  },
  {
    causes: [
      'the token was deleted, or is of another federation or an earlier installation',
      'a local token of one datacenter was used in another: it is stripped, and the anonymous token decides',
      'the secondary has not replicated it yet',
    ],
    checks: ['access.token', 'acl.replication'],
    examples: ['Unexpected response code: 403 (ACL not found)', 'rpc error making call: ACL not found'],
    fix: () => ['use a global token that exists in the primary', apply],
    id: 'acl.not-found',
    look: ['consul acl token read -self, in the primary and in the secondary', replication],
    meaning: 'The server does not know the token that was sent.',
    patterns: [/ACL not found/],
    title: 'the token is unknown here',
  },
  {
    causes: [
      'the token lacks a right',
      'no token was sent, and the anonymous token may not',
      'a local token was stripped on the way to another datacenter',
    ],
    checks: ['access.token', 'acl.anonymous'],
    examples: [
      'Unexpected response code: 403 (Permission denied)',
      "Permission denied: token with AccessorID 'b3d5' lacks permission 'operator:read'",
    ],
    fix: () => [
      apply,
      'calls between datacenters with local tokens: give the anonymous token node_prefix and service_prefix read in the primary',
    ],
    id: 'acl.permission',
    look: ['consul acl token read -self', fedctlCommand('verify', {only: 'access.token'})],
    meaning: 'The token is known and may not do this.',
    patterns: [/Permission denied/, /lacks permission/],
    title: 'the token lacks a permission',
  },
]
