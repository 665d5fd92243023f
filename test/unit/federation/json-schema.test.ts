import {Ajv, type ValidateFunction} from 'ajv'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'

import {defaults} from '../../../src/federation/defaults.js'
import {federationYaml} from '../../../src/federation/federation-yaml.js'
import {federationJsonSchema} from '../../../src/federation/json-schema.js'
import {changed, problemsIn, smallFederation} from './small-federation.js'

interface Node {
  readonly anyOf?: readonly Node[]
  readonly default?: unknown
  readonly description?: string
  readonly items?: Node
  readonly properties?: Readonly<Record<string, Node>>
}

const schema = federationJsonSchema() as Node
const accepts: ValidateFunction = new Ajv({strict: true}).compile(schema)

/** Every key of the schema with its path. */
function keysOf(node: Node, path = ''): [string, Node][] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, Node][] => [
    [`${path}${key}`, child],
    ...keysOf(child, `${path}${key}.`),
  ])
  const items = node.items ? keysOf(node.items, path) : []
  return [...inner, ...items, ...(node.anyOf ?? []).flatMap((option) => keysOf(option, path))]
}

describe('the JSON Schema', () => {
  it('accepts what fedctl init writes', () => {
    const text = federationYaml({
      datacenters: [
        {
          clients: [{address: '10.0.0.9', api: {token: {file: 'x'}}, bind_addr: '{{ GetPrivateIP }}', name: 'dc1-c1'}],
          consul: '1.17.3',
          gateways: [{agent: 'dc1-c1', name: 'dc1-gw1', wan: 'gw.example.com:443'}],
          name: 'dc1',
          primary_gateways: ['provider=aws tag_key=x'],
          servers: [{address: '10.0.0.1', name: 'dc1-s1', ports: {http: -1, https: 8501}}],
        },
      ],
      mesh_gateway_mode: 'local',
      primary: 'dc1',
    })
    expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true)
    expect(accepts(parse(smallFederation))).toBe(true)
  })

  it.each([
    ['a missing address', ', address: 10.0.0.1', ''],
    ['an unknown key', 'address: 10.0.0.1', 'address: 10.0.0.1, adress: 10.0.0.1'],
    ['a number for a text', 'name: dc1\n', 'name: 1\n'],
    ['a name with a dot', 'name: dc1-s1', 'name: s1.dc1'],
    ['a datacenter with an underscore', 'name: dc2', 'name: dc_2'],
    ['half a version', 'consul: 1.17.3', 'consul: "1.17"'],
    ['an unknown word', 'primary: dc1', 'primary: dc1\nvia: vpn'],
    ['a port of 0', 'address: 10.0.0.1', 'address: 10.0.0.1, ports: { dns: 0 }'],
    ['a port that is too high', 'address: 10.0.0.1', 'address: 10.0.0.1, ports: { dns: 65536 }'],
    ['a token in clear', 'primary: dc1', 'primary: dc1\napi: { token: secret }'],
    ['no server', 'servers:\n      - { name: dc2-s1, address: 10.1.0.1 }', 'servers: []'],
    ['an empty section', 'primary: dc1', 'primary: dc1\nacl:'],
  ])('refuses %s, as fedctl does', (_, from, to) => {
    const text = changed([from, to])
    expect(accepts(parse(text))).toBe(false)
    expect(problemsIn(text)).not.toEqual([])
  })

  it('describes every key', () => {
    const silent = keysOf(schema).filter(([, {description}]) => !description)
    expect(silent.map(([path]) => path)).toEqual([])
  })

  it('names the defaults that the resolved federation takes', () => {
    const named = keysOf(schema).flatMap(([path, node]) =>
      node.default === undefined ? [] : [[path, node.default] as const],
    )
    const flat = Object.fromEntries(named)
    for (const section of ['acl', 'agent', 'gossip', 'tls'] as const) {
      for (const [key, value] of Object.entries(defaults[section])) expect(flat[`${section}.${key}`]).toBe(value)
    }
    expect(flat).toMatchObject({
      'api.scheme': defaults.api.scheme,
      'datacenters.gateways.port': defaults.gateway.port,
      'datacenters.gateways.service': defaults.gateway.service,
      'datacenters.servers.ports.http': defaults.ports.http,
      domain: defaults.domain,
      host: defaults.host,
      via: defaults.via,
    })
  })
})
