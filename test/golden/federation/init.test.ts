import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'

import {initFederation} from '../../../src/cli/prompts/init.js'
import {federationYaml} from '../../../src/federation/federation-yaml.js'
import {federationJsonSchema} from '../../../src/federation/json-schema.js'

const folder = dirname(fileURLToPath(import.meta.url))

/** Compares byte for byte; with UPDATE_GOLDEN=1 the file is written instead. */
async function expectGolden(name: string, content: string): Promise<void> {
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(join(folder, name), content)
  expect(content).toBe(await readFile(join(folder, name), 'utf8'))
}

describe('fedctl init', () => {
  it('writes this file for two datacenters', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'fedctl-golden-'))
    try {
      const {written} = await initFederation({
        asker: undefined,
        flags: {
          consul: '1.17.3',
          gateway: ['dc1=10.0.0.9,gw1.dc1.example.com:8443', 'dc2=10.1.0.9,203.0.113.9:443'],
          server: ['dc1=10.0.0.1,10.0.0.2,10.0.0.3', 'dc2=10.1.0.1'],
        },
        path: join(workspace, 'federation.yaml'),
        settings: {},
      })
      const [federation = '', gitignore = ''] = await Promise.all(written.map((file) => readFile(file, 'utf8')))
      await expectGolden('two-datacenters.yaml', federation)
      await expectGolden('gitignore.txt', gitignore)
    } finally {
      await rm(workspace, {recursive: true})
    }
  })

  it('writes this file where every key is said', async () => {
    const api = {
      ca_file: 'pki/api-ca.pem',
      cert_file: 'pki/me.pem',
      key_file: 'pki/me-key.pem',
      port: 8443,
      scheme: 'https' as const,
      server_name: 'consul.example.org',
      token: {file: '.fedctl/tokens/me'},
    }
    const agent = {
      address: '10.0.0.1',
      advertise_addr: '{{ GetInterfaceIP "ens3" }}',
      api: {...api, url: 'https://127.0.0.1:18501'},
      bind_addr: '0.0.0.0',
      host: 'local' as const,
      install: {config_dir: '/srv/consul', data_dir: '/srv/data', group: 'ops', service: 'consul@1', user: 'svc'},
      name: 'dc1-s1',
      ports: {dns: -1, grpc: -1, grpc_tls: 8503, http: -1, https: 8443, serf_lan: 8311, serf_wan: 8312, server: 8310},
      wan_address: '203.0.113.1',
    }
    const text = federationYaml({
      acl: {
        anonymous: 'none',
        default_policy: 'allow',
        down_policy: 'async-cache',
        enabled: false,
        token_replication: false,
      },
      agent: {
        log_level: 'debug',
        raft_multiplier: 1,
        retry_interval: '1s',
        retry_interval_wan: '2s',
        translate_wan_addrs: true,
      },
      api,
      install: {user: 'svc'},
      datacenters: [
        {
          api: {token: {env: 'DC1_TOKEN'}},
          clients: [{...agent, name: 'dc1-c1'}],
          consul: '1.20.2+ent',
          gateways: [
            {
              address: '10.0.0.9',
              agent: 'dc1-c1',
              envoy_admin: '127.0.0.1:19000',
              host: 'manual',
              name: 'dc1-gw1',
              port: 443,
              service: 'wan-gateway',
              wan: '[2001:db8::9]:443',
            },
          ],
          host: 'local',
          name: 'dc1',
          primary_gateways: ['gw.example.org:443', 'provider=aws tag_key=gateway tag_value="a b"'],
          servers: [agent],
        },
      ],
      domain: 'example.org',
      gossip: {encryption: false},
      host: 'local',
      mesh_gateway_mode: 'remote',
      primary: 'dc1',
      tls: {ca_days: 3650, ca_file: '/etc/consul/ca #1.pem', ca_key_file: "it's.pem", days: 90, enabled: true},
      via: 'wan-gossip',
    })
    await expectGolden('every-key.yaml', text)
  })
})

it('fedctl schema prints this', async () => {
  await expectGolden('federation.schema.json', `${JSON.stringify(federationJsonSchema(), undefined, 2)}\n`)
})
