import {describe, expect, it} from 'vitest'

import type {InitAnswers} from '../../../../src/cli/prompts/init-answers.js'
import {draftOf} from '../../../../src/cli/prompts/init-draft.js'

const answers: InitAnswers = {
  acl: 'deny',
  consul: '1.17.3',
  datacenters: ['dc1'],
  gateways: [],
  primary: 'dc1',
  servers: [{addresses: ['10.0.0.1', '10.0.0.2'], datacenter: 'dc1'}],
  via: 'mesh-gateways',
}

describe('draftOf', () => {
  it('numbers what has no name, past the names that are taken', () => {
    const servers = [...answers.servers, {addresses: ['10.0.0.3'], datacenter: 'dc1', name: 'dc1-s2'}]
    expect(draftOf({...answers, servers}).datacenters[0]?.servers.map(({name}) => name)).toEqual([
      'dc1-s1',
      'dc1-s3',
      'dc1-s2',
    ])
  })

  it('adds a client agent beside a gateway, once for gateways at one address', () => {
    const gateways = [
      {address: '2001:db8::9', datacenter: 'dc1'},
      {address: '2001:DB8:0::9', datacenter: 'dc1', name: 'edge', port: 9443, wan: 'gw.example.com:443'},
      {address: '10.0.0.10', datacenter: 'dc1'},
    ]
    expect(draftOf({...answers, gateways}).datacenters[0]).toMatchObject({
      clients: [
        {address: '2001:db8::9', name: 'dc1-c1'},
        {address: '10.0.0.10', name: 'dc1-c2'},
      ],
      gateways: [
        {agent: 'dc1-c1', name: 'dc1-gw1'},
        {agent: 'dc1-c1', name: 'edge', port: 9443, wan: 'gw.example.com:443'},
        {agent: 'dc1-c2', name: 'dc1-gw2'},
      ],
    })
  })

  it('puts a gateway beside the server at its address', () => {
    const gateways = [{address: '10.0.0.2', datacenter: 'dc1'}]
    const [datacenter] = draftOf({...answers, gateways}).datacenters
    expect(datacenter?.gateways).toEqual([{agent: 'dc1-s2', name: 'dc1-gw1'}])
    expect(datacenter).not.toHaveProperty('clients')
  })

  it('switches ACLs off, or sets their default policy', () => {
    expect(draftOf({...answers, acl: 'off'}).acl).toEqual({enabled: false})
    expect(draftOf({...answers, acl: 'allow'}).acl).toEqual({default_policy: 'allow'})
  })
})
