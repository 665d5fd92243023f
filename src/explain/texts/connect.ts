import {fedctlCommand} from '../../checks/fedctl-command.js'
import type {KnownText} from '../known-text.js'

const apply = fedctlCommand('acl apply')
const roots = 'curl -s $CONSUL_HTTP_ADDR/v1/connect/ca/roots in each datacenter'

/** The Connect CA of the primary, and the intermediates of the secondaries. */
export const connectTexts: readonly KnownText[] = [
  {
    causes: ['the replication token has no operator:write, or there is none'],
    checks: ['ca.intermediate', 'acl.replication-rights'],
    examples: [
      'Primary datacenter refused to sign our intermediate CA certificate: rpc error making call: Permission denied',
    ],
    fix: () => ['give the replication token operator = "write"', apply],
    id: 'connect.not-signed',
    look: ['consul acl token read -self, with the replication token, in the primary', roots],
    meaning: 'The secondary asked the primary to sign its intermediate, and its replication token may not.',
    patterns: [/[Pp]rimary datacenter refused to sign/],
    title: "the primary does not sign the secondary's intermediate",
  },
  {
    causes: [
      'a server has just started: it passes within seconds',
      'the primary cannot be reached',
      'Connect is off in the primary',
      'the replication token',
      'a server of the primary is too old',
    ],
    checks: ['ca.root', 'ca.intermediate', 'wan.rpc'],
    examples: [
      'agent.server.connect: Failed to initialize Connect CA: routine=CA error="primary datacenter is unreachable"',
      'agent.server.connect: primary datacenter is configured but unreachable - deferring initialization of the secondary datacenter CA',
      'primary datacenter does not have an active root CA for Connect',
      'trust domain from primary datacenter is not initialized',
      'agent.server.connect: initialization will be deferred: error="all servers in the primary datacenter are not at the minimum version"',
      'agent.server.cert-manager: failed to handle cache update event: error="leaf cert watch returned an error: CA has not finished initializing"',
      'agent.cache: handling error in Cache.Notify: cache-type=connect-ca-leaf error="CA is uninitialized and unable to sign certificates yet: no root certificate" index=0',
    ],
    fix: () => [
      'heal the way to the primary: ' + fedctlCommand('verify'),
      'before 1.10.4: then have the secondary elect another leader',
    ],
    id: 'connect.not-initialised',
    look: [roots],
    meaning: 'The secondary has no Connect CA, so its services and gateways get no certificates.',
    patterns: [
      /[Ff]ailed to initialize Connect CA/,
      /primary datacenter (?:is unreachable|does not have an active root)/,
      /trust domain from primary datacenter/,
      /initialization will be deferred/,
      /deferring initialization of the secondary datacenter CA/,
      /CA has not finished initializing/,
      /CA is uninitialized/,
    ],
    title: 'the Connect CA of a secondary is not initialised',
    versions: 'before 1.10.4 it is not tried again',
    weight: 'sign',
  },
  {
    causes: ['an intermediate that was not renewed, as after a year', 'the replication token'],
    checks: ['ca.intermediate'],
    examples: ['intermediate expired', 'Failed to load trusted CA certificates from <inline>'],
    fix: () => [
      'upgrade, mend the replication token, and update the CA configuration to have a new intermediate made',
      apply,
    ],
    id: 'connect.intermediate-expired',
    look: [roots],
    meaning: 'The intermediate of this datacenter is not valid any more.',
    patterns: [/intermediate expired/, /Failed to load trusted CA certificates from <inline>/],
    title: 'the Connect intermediate has expired',
    versions: 'renewed by itself from 1.8.4 on',
  },
  {
    causes: ['the primary was rebuilt or restored from an older snapshot', 'the role of the primary was moved'],
    checks: ['ca.root'],
    examples: ['stored CA root "aa:bb" is not the active root (cc:dd)'],
    fix: () => ['restore the snapshot that fits, or make the secondary anew; a primary cannot be moved'],
    id: 'connect.other-root',
    look: [roots],
    meaning: 'What this datacenter has stored does not fit the primary that it finds.',
    patterns: [/stored CA root .*is not the active root/],
    title: 'the primary has another Connect root than before',
  },
  {
    causes: ['two datacenters share intermediate_pki_path in Vault'],
    checks: [],
    examples: ['stored CA information not able to be parsed'],
    fix: () => ['give each datacenter an intermediate_pki_path of its own'],
    id: 'connect.vault-path',
    look: ['consul connect ca get-config in each datacenter'],
    meaning: 'Somebody else has written where this datacenter keeps its intermediate.',
    patterns: [/stored CA information not able to be parsed/],
    title: "two datacenters overwrite each other's intermediate",
  },
]
