import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {type FederationDraft, federationYaml} from '../../../src/federation/federation-yaml.js'
import {FederationInvalid} from '../../../src/federation/issue.js'
import {parseFederation} from '../../../src/federation/parse.js'
import {smallFederation} from './small-federation.js'

/** Milliseconds, for many federations on a busy machine. */
const patience = 60_000

/** The model that a text describes, or what is wrong with it, without the places. JSON is YAML, so it needs no template to be read. */
function outcome(text: string): unknown {
  try {
    return parseFederation(text, '/srv/federation.yaml')
  } catch (error) {
    if (!(error instanceof FederationInvalid)) throw error
    return error.issues.map(({message, path}) => `${path}: ${message}`).sort()
  }
}

const nasty = fc.oneof(
  {arbitrary: fc.string({unit: 'binary'}), weight: 3},
  {arbitrary: fc.string(), weight: 3},
  fc.constantFrom(
    'a\nprimary: dc9',
    '" }\n      - { name: x, address: 10.9.9.9 }',
    'x, address: 10.9.9.9',
    'x }',
    '{{ GetInterfaceIP "ens3" }}',
    '<%= it.primary %>',
    ['$', '{HOME}'].join(''),
    '# no comment',
    'a: b',
    ' - x',
    '---',
    '...',
    '&a',
    '*a',
    '!!binary aGk=',
    '<<',
    'null',
    '~',
    'yes',
    '1.20',
    '0x10',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '\uD800',
    "it's",
    '"',
    '\\',
    '\t',
    '',
  ),
)

const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
  fc.oneof({arbitrary: usual, weight: 8}, {arbitrary: other, weight: 1})
const optional: {requiredKeys: never[]} = {requiredKeys: []}
const name = mostly(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/), nasty)
const address = mostly(fc.oneof(fc.ipV4(), fc.ipV6()), nasty)
const path = mostly(fc.constantFrom('pki/a b.pem', './ä.pem', '/etc/ca.pem'), nasty)
const port = fc.integer({max: 65_535, min: -1})
const host = fc.constantFrom('local', 'manual')
const scheme = fc.constantFrom('http', 'https')
const token = fc.oneof(fc.constant('workspace' as const), fc.record({env: name}), fc.record({file: path}))
const api = fc.record(
  {ca_file: path, cert_file: path, key_file: path, port, scheme, server_name: name, token},
  optional,
)
const ports = fc.record(
  {dns: port, grpc: port, grpc_tls: port, http: port, https: port, serf_lan: port, serf_wan: port, server: port},
  optional,
)
const agent = fc.record(
  {
    address,
    advertise_addr: address,
    api,
    bind_addr: mostly(fc.constant('{{ GetPrivateIP }}'), nasty),
    host,
    name,
    ports,
    wan_address: address,
  },
  {requiredKeys: ['address', 'name']},
)
const gateway = fc.record(
  {
    address,
    agent: name,
    envoy_admin: nasty,
    host,
    name,
    port,
    service: name,
    wan: mostly(fc.constant('gw.example.com:8443'), nasty),
  },
  {requiredKeys: ['agent', 'name']},
)
const datacenter = fc.record(
  {
    api,
    clients: fc.array(agent, {maxLength: 2}),
    consul: mostly(fc.constantFrom('1.8.7', '1.17.3', '2.1.0'), nasty),
    gateways: fc.array(gateway, {maxLength: 2}),
    host,
    name,
    primary_gateways: fc.array(mostly(fc.constant('gw:1'), nasty), {maxLength: 2}),
    servers: fc.array(agent, {maxLength: 2, minLength: 1}),
  },
  {requiredKeys: ['consul', 'name', 'servers']},
)
const draft = fc.record(
  {
    acl: fc.record(
      {
        anonymous: fc.constantFrom('none', 'read'),
        default_policy: fc.constantFrom('allow', 'deny'),
        enabled: fc.boolean(),
      },
      optional,
    ),
    agent: fc.record(
      {
        log_level: fc.constantFrom('debug', 'info'),
        raft_multiplier: fc.integer({max: 10, min: 1}),
        retry_interval: nasty,
        retry_interval_wan: fc.constant('1s'),
        translate_wan_addrs: fc.boolean(),
      },
      optional,
    ),
    api,
    datacenters: fc.array(datacenter, {maxLength: 3, minLength: 1}),
    domain: name,
    gossip: fc.record({encryption: fc.boolean()}, optional),
    host,
    mesh_gateway_mode: fc.constantFrom('local', 'none', 'remote'),
    primary: name,
    tls: fc.record(
      {
        ca_days: fc.integer({max: 5000, min: 400}),
        ca_file: path,
        ca_key_file: path,
        days: fc.integer({max: 400, min: 1}),
      },
      optional,
    ),
    via: fc.constantFrom('mesh-gateways', 'wan-gossip'),
  },
  {requiredKeys: ['datacenters', 'primary']},
) as fc.Arbitrary<FederationDraft>

/** Datacenters with names, addresses and ports that go together, so that the file is valid. */
const sound = fc
  .tuple(draft, fc.integer({max: 3, min: 1}), fc.integer({max: 3, min: 1}))
  .map(([settings, datacenters, servers]): FederationDraft => {
    return {
      ...settings,
      agent: {...settings.agent, retry_interval: '1s'},
      api: {scheme: settings.api?.scheme, token: {env: 'TOKEN'}},
      datacenters: Array.from({length: datacenters}, (_, n) => ({
        clients: [{address: `10.${n}.0.9`, name: `dc${n}-c1`}],
        consul: '1.17.3',
        gateways: [{agent: `dc${n}-c1`, name: `dc${n}-gw1`, wan: `gw.dc${n}.example.com:8443`}],
        name: `dc${n}`,
        servers: Array.from({length: servers}, (__, s) => ({
          address: `10.${n}.0.1${s}`,
          bind_addr: '{{ GetInterfaceIP "ens3" | join " " }}',
          name: `dc${n}-s${s}`,
          ports: {dns: -1},
        })),
      })),
      domain: 'consul',
      primary: 'dc0',
      tls: {...settings.tls, ca_file: 'pki/ä #1.pem', ca_key_file: "pki/it's.pem"},
    }
  })

describe('the text of a draft', () => {
  it(
    'describes the same federation as the draft, for every sound draft',
    () => {
      fc.assert(
        fc.property(sound, (content) => {
          const model = outcome(federationYaml(content))
          expect(model).toHaveProperty('workspace', '/srv')
          expect(model).toEqual(outcome(JSON.stringify(content)))
        }),
        {numRuns: 40},
      )
    },
    patience,
  )

  it(
    'keeps every text in its place, whatever stands in it',
    () => {
      fc.assert(
        fc.property(draft, (content) => {
          expect(outcome(federationYaml(content))).toEqual(outcome(JSON.stringify(content)))
        }),
        {numRuns: 100},
      )
    },
    patience,
  )

  it('has no line that ends in a blank, and no empty line twice', () => {
    const text = federationYaml({
      datacenters: [{consul: '1.8.7', name: 'dc1', servers: [{address: '10.0.0.1', name: 's1'}]}],
      primary: 'dc1',
    })
    expect(text).not.toMatch(/[ \t]$|\n\n\n|undefined|\[object/m)
    expect(text.split('\n').filter((line) => line.length > 130)).toEqual([])
    expect(text.endsWith('\n')).toBe(true)
  })

  it('says nothing that the defaults do not say', () => {
    const content = parseSmall()
    expect(outcome(federationYaml(content))).toEqual(outcome(smallFederation))
  })

  it('takes settings that are undefined as not said', () => {
    const content = {
      ...parseSmall(),
      acl: {enabled: undefined},
      agent: {log_level: undefined},
      domain: undefined,
      tls: undefined,
    }
    expect(outcome(federationYaml(content))).toEqual(outcome(smallFederation))
  })
})

function parseSmall(): FederationDraft {
  const nodes = (n: number) => ({
    clients: [{address: `10.${n - 1}.0.9`, name: `dc${n}-c1`}],
    consul: '1.17.3',
    gateways: [{agent: `dc${n}-c1`, name: `dc${n}-gw1`}],
    name: `dc${n}`,
    servers: [{address: `10.${n - 1}.0.1`, name: `dc${n}-s1`}],
  })
  return {datacenters: [nodes(1), nodes(2)], primary: 'dc1'}
}
