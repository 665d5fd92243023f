import {describe, expect, it} from 'vitest'

import {draftFederation} from '../../../src/adoption/draft.js'
import type {DraftAccess} from '../../../src/adoption/draft-settings.js'
import type {Explored} from '../../../src/adoption/explored.js'
import {federationYaml} from '../../../src/federation/federation-yaml.js'
import type {Federation} from '../../../src/federation/model.js'
import {parseFederation} from '../../../src/federation/parse.js'
import {remarkText, withRemarks} from '../../../src/federation/remarks.js'
import {aFoundFederation, aFoundGateway, anAgent, aWanServer, silent} from './found-federation.js'

const plain: DraftAccess = {url: 'http://10.1.0.1:8500'}

/** The file that is written, as it is read again. */
function adopt(explored: Explored, access = plain) {
  const {draft, remarks} = draftFederation(explored, access)
  const text = withRemarks(federationYaml(draft), remarks)
  return {federation: parseFederation(text, '/srv/federation.yaml'), remarks: remarks.map(remarkText), text}
}

function dc(federation: Federation, name: string) {
  const found = federation.datacenters.find((datacenter) => datacenter.name === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

describe('draftFederation', () => {
  it('describes what was found, by hand, with the primary first', () => {
    const {federation} = adopt(aFoundFederation({datacenters: ['dc2', 'dc1']}))
    expect(federation).toMatchObject({
      acl: {anonymous: 'read', defaultPolicy: 'deny', enabled: true, tokenReplication: true},
      datacenters: [
        {
          clients: [
            {address: '10.1.0.9', name: 'edge-1'},
            {address: '10.1.0.10', name: 'edge-2'},
          ],
          consul: '1.17.3',
          name: 'dc1',
          servers: [{address: '10.1.0.1', api: {url: 'http://10.1.0.1:8500'}, host: 'manual', name: 'alpha'}],
        },
        {clients: [], name: 'dc2', primaryGateways: ['198.51.100.9:8443'], servers: [{name: 'beta'}]},
      ],
      gossip: {encryption: true},
      primary: 'dc1',
      tls: {enabled: true},
      via: 'mesh-gateways',
    })
  })

  it('gives gateways of one service id names of their own, and says what Consul calls them', () => {
    const {federation, remarks} = adopt(aFoundFederation())
    expect(dc(federation, 'dc1').gateways).toMatchObject([
      {agent: 'edge-1', name: 'mesh-gateway-edge-1', service: 'mesh-gateway', wanAddress: '198.51.100.9'},
      {agent: 'edge-2', name: 'mesh-gateway-edge-2'},
    ])
    expect(dc(federation, 'dc2').gateways).toMatchObject([{agent: 'beta', name: 'mesh-gateway'}])
    expect(remarks).toContain('found: its service id in Consul is mesh-gateway, on the node edge-1')
  })

  it('keeps ports that are not the usual ones', () => {
    const {federation} = adopt(
      aFoundFederation({wanMembers: [aWanServer('dc1', 'alpha', '10.1.0.1', {port: 7300, wanPort: 7302})]}),
    )
    const [server] = dc(federation, 'dc1').servers
    expect(server?.ports).toMatchObject({grpcTls: 8503, http: 8500, serfLan: 8301, serfWan: 7302, server: 7300})
  })

  it('says where an API answers that is not at the address of its server', () => {
    const explored = aFoundFederation()
    const agents = {...explored.agents, 'dc2/beta': {...explored.agents['dc2/beta'], url: 'http://203.0.113.1:8500'}}
    const {federation} = adopt({...explored, agents: agents as Explored['agents']})
    expect(dc(federation, 'dc2').servers[0]?.api.url).toBe('http://203.0.113.1:8500')
    expect(dc(federation, 'dc1').servers[0]?.api.url).toBe('http://10.1.0.1:8500')
  })

  it('takes over another port of the API, that of most servers once', () => {
    const explored = aFoundFederation()
    const at = (agent: ReturnType<typeof anAgent>, url: string) => ({
      answer: {ok: true, value: {...agent, ports: {...agent.ports, http: 9500}}} as const,
      url,
    })
    const agents = {
      'dc1/alpha': at(anAgent('dc1', 'alpha'), 'http://10.1.0.1:9500'),
      'dc2/beta': at(anAgent('dc2', 'beta'), 'http://10.2.0.1:9500'),
    }
    const {federation, text} = adopt({...explored, agents}, {url: 'http://10.1.0.1:9500'})
    expect(federation.datacenters.flatMap(({servers}) => servers.map(({api}) => api.url))).toEqual([
      'http://10.1.0.1:9500',
      'http://10.2.0.1:9500',
    ])
    expect(text).toMatch(/^ {2}port: 9500$/m)
  })

  it('still drafts where one server only can be asked, and marks the others', () => {
    const explored = aFoundFederation()
    const agents = {
      ...explored.agents,
      'dc2/beta': {answer: silent('http://10.2.0.1:8500'), url: 'http://10.2.0.1:8500'},
    }
    const {federation, text} = adopt({...explored, agents})
    expect(dc(federation, 'dc2').servers).toMatchObject([{address: '10.2.0.1', name: 'beta'}])
    expect(dc(federation, 'dc2').primaryGateways).toEqual(['198.51.100.9:8443', '198.51.100.10:8443'])
    expect(text).toMatch(
      /# not known: its API: connect ECONNREFUSED \(http:\/\/10\.2\.0\.1:8500\); write.*\n.*name: beta/,
    )
    expect(text).toContain('# not known: primary_gateways of its servers, which could not be asked\n  - name: dc2')
  })

  it('takes addresses of the WAN pool where a catalog does not answer, and tells LAN and WAN address apart where it does', () => {
    const explored = aFoundFederation({
      wanMembers: [
        aWanServer('dc1', 'alpha', '198.51.100.1'),
        aWanServer('dc2', 'beta', '203.0.113.1', {status: 'failed'}),
      ],
    })
    const {federation, remarks} = adopt({
      ...explored,
      catalog: {...explored.catalog, dc2: silent('http://10.1.0.1:8500')},
    })
    expect(dc(federation, 'dc1').servers).toMatchObject([{address: '10.1.0.1', wanAddress: '198.51.100.1'}])
    expect(dc(federation, 'dc2').servers).toMatchObject([{address: '203.0.113.1'}])
    expect(remarks).toContain('not known: LAN addresses: its catalog did not answer, and these are the WAN addresses')
    expect(remarks).toContain('found: failed in the WAN pool; take it out if it is gone (consul force-leave)')
  })

  it('leaves a place for the URL of an agent whose address another datacenter uses too', () => {
    const explored = aFoundFederation()
    const url = 'http://10.1.0.1:8500'
    const {federation, text} = adopt({
      ...explored,
      agents: {...explored.agents, 'dc2/beta': {answer: silent(url), url}},
      catalog: {
        ...explored.catalog,
        dc2: {ok: true, value: [{address: '10.1.0.1', name: 'beta', port: 8300, version: ''}]},
      },
      gateways: {...explored.gateways, dc2: {ok: true, value: [aFoundGateway('edge', '10.1.0.9', '203.0.113.9')]}},
    })
    expect(dc(federation, 'dc1').servers[0]?.api.url).toBe(url)
    expect(dc(federation, 'dc2').servers[0]?.api.url).toBe('http://beta.dc2.invalid:8500')
    expect(dc(federation, 'dc2').clients[0]?.api.url).toBe('http://edge.dc2.invalid:8500')
    expect(text).toContain(
      '# not known: where its API is reached: http://10.1.0.1:8500 is an agent of dc1; write its own URL',
    )
  })

  it('marks what Consul hides of a go-discover text', () => {
    const explored = aFoundFederation()
    const entry = 'provider=aws tag_key=gw secret_access_key=hidden'
    const value = anAgent('dc2', 'beta', {primaryGateways: [entry]})
    const agents = {...explored.agents, 'dc2/beta': {answer: {ok: true, value} as const, url: 'http://10.2.0.1:8500'}}
    const {federation, text} = adopt({...explored, agents})
    expect(dc(federation, 'dc2').primaryGateways).toEqual([entry])
    expect(text).toMatch(/# not known: what stands for hidden; .*\n {4}primary_gateways:/)
  })

  it('names a gateway where none is registered, and marks it', () => {
    const explored = aFoundFederation()
    const {federation, text} = adopt({...explored, gateways: {...explored.gateways, dc2: {ok: true, value: []}}})
    expect(dc(federation, 'dc2').gateways).toMatchObject([{agent: 'beta', name: 'dc2-gw1'}])
    expect(text).toMatch(/# not known: the gateway of this datacenter: none is registered.*\n.*dc2-gw1/)
  })

  it('leaves gateways out that expose no servers', () => {
    const explored = aFoundFederation()
    const closed = aFoundGateway('beta', '10.2.0.1', '203.0.113.8', 'other')
    const value = [
      aFoundGateway('beta', '10.2.0.1', '203.0.113.9'),
      {...closed, gateway: {...closed.gateway, exposesServers: false}},
    ]
    const {federation, remarks} = adopt({...explored, gateways: {...explored.gateways, dc2: {ok: true, value}}})
    expect(dc(federation, 'dc2').gateways.map(({name}) => name)).toEqual(['mesh-gateway'])
    expect(remarks.join('\n')).toContain('1 more mesh gateway')
  })

  it('renames nodes whose names a federation file does not take', () => {
    const explored = aFoundFederation({
      agents: {},
      catalog: {
        dc1: {ok: true, value: [{address: '10.1.0.1', name: 'alpha.example.com', port: 8300, version: '1.17.3'}]},
      },
      datacenters: ['dc1'],
      wanMembers: [aWanServer('dc1', 'alpha.example.com', '10.1.0.1')],
    })
    const {federation, remarks} = adopt(explored)
    expect(dc(federation, 'dc1').servers.map(({name}) => name)).toEqual(['alpha-example-com'])
    expect(remarks.join('\n')).toContain('its name in Consul is alpha.example.com')
  })

  it('takes a traditional federation without TLS and ACLs as it is', () => {
    const facts = {
      aclEnabled: false,
      meshGatewayFederation: false,
      primaryGateways: [],
      tls: {ca: false, cert: false, verifyIncoming: false, verifyOutgoing: false, verifyServerHostname: false},
    }
    const [one, two] = [anAgent('dc1', 'alpha', facts), anAgent('dc2', 'beta', {...facts, primaryDatacenter: 'dc2'})]
    const {federation, remarks} = adopt(
      aFoundFederation({
        agents: {
          'dc1/alpha': {answer: {ok: true, value: one}, url: 'http://10.1.0.1:8500'},
          'dc2/beta': {answer: {ok: true, value: two}, url: 'http://10.2.0.1:8500'},
        },
        contact: one,
        gateways: {},
      }),
    )
    expect(federation).toMatchObject({acl: {enabled: false}, primary: 'dc1', tls: {enabled: false}, via: 'wan-gossip'})
    expect(remarks).toContain('found: some servers name dc2 as their primary')
    expect(remarks.join('\n')).not.toContain('CA')
  })

  it('says that a secondary is to be added where there is one datacenter only', () => {
    const {federation, remarks} = adopt(aFoundFederation({datacenters: ['dc1'], replication: {}}))
    expect(federation.datacenters.map(({name}) => name)).toEqual(['dc1'])
    expect(remarks.join('\n')).toContain('found: one datacenter only; add a secondary')
  })

  it('takes over the mode in which services reach other datacenters, where proxy-defaults name one', () => {
    const modeOf = (found: Partial<Explored>) => adopt(aFoundFederation(found)).federation.meshGatewayMode
    expect(modeOf({meshGatewayMode: 'local'})).toBe('local')
    expect(modeOf({meshGatewayMode: ''})).toBeUndefined()
    expect(modeOf({})).toBeUndefined()
  })

  it('names the CA and the gossip key that are not known apart from where fedctl makes its own', () => {
    const {federation} = adopt(aFoundFederation())
    expect(federation.tls).toMatchObject({
      caFile: '/srv/pki/existing-ca.pem',
      caKeyFile: '/srv/pki/existing-ca-key.pem',
    })
    expect(federation.gossip).toMatchObject({encryption: true, keyFile: '/srv/.fedctl/gossip.key'})
  })

  it('names files, never a secret, and the CA once where it is that of the agents', () => {
    const access = {
      caFile: '/etc/ca.pem',
      certFile: 'cli.pem',
      keyFile: 'cli-key.pem',
      tokenFile: 'token',
      url: 'https://10.1.0.1:8501',
    }
    const [https, other] = [aFoundFederation(), aFoundFederation()].map((explored, index) => {
      const one = {...explored.contact, ...(index === 1 ? {otherCaForHttps: true} : {})}
      const url = 'https://10.1.0.1:8501'
      const agents = {'dc1/alpha': {answer: {ok: true, value: one} as const, serverName: 'server.dc1.consul', url}}
      return adopt({...explored, agents, contact: one}, access)
    })
    expect(https?.federation.tls.caFile).toBe('/etc/ca.pem')
    expect(dc(https?.federation as Federation, 'dc1').servers[0]?.api).toEqual({
      caFile: '/etc/ca.pem',
      certFile: '/srv/cli.pem',
      keyFile: '/srv/cli-key.pem',
      serverName: 'server.dc1.consul',
      token: {from: 'file', path: '/srv/token'},
      url: 'https://10.1.0.1:8501',
    })
    expect(other?.federation.tls.caFile).toBe('/srv/pki/existing-ca.pem')
    expect(dc(other?.federation as Federation, 'dc1').servers[0]?.api.caFile).toBe('/etc/ca.pem')
  })
})
