import {describe, expect, it} from 'vitest'

import {answerInit} from '../../../../src/cli/prompts/init-answers.js'
import {scriptedAsker} from './scripted-asker.js'

describe('answerInit on a terminal', () => {
  it('asks for everything that no flag says', async () => {
    const {asker, rest, said} = scriptedAsker([
      '',
      '1.17.3',
      'mesh-gateways',
      '10.0.0.1, 10.0.0.2',
      '10.0.0.9',
      'gw1.example.com:8443',
      '10.1.0.1',
      '10.1.0.9:9443',
      '',
      'deny',
    ])
    expect(await answerInit({}, asker)).toEqual({
      acl: 'deny',
      consul: '1.17.3',
      datacenters: ['dc1', 'dc2'],
      gateways: [
        {address: '10.0.0.9', datacenter: 'dc1', wan: 'gw1.example.com:8443'},
        {address: '10.1.0.9', datacenter: 'dc2', port: 9443},
      ],
      primary: 'dc1',
      servers: [
        {addresses: ['10.0.0.1', '10.0.0.2'], datacenter: 'dc1'},
        {addresses: ['10.1.0.1'], datacenter: 'dc2'},
      ],
      via: 'mesh-gateways',
    })
    expect(rest).toEqual([])
    expect(said).toEqual([
      'Names of the datacenters, the primary first: (dc1,dc2)',
      'Version of the Consul agents, such as 1.17.3:',
      'How do the datacenters reach each other?',
      'Servers of dc1, IP addresses with commas between them:',
      'Mesh gateway of dc1, IP address, with :port where it is not 8443:',
      'The same gateway, as other datacenters reach it, address or host:port: (10.0.0.9)',
      'Servers of dc2, IP addresses with commas between them:',
      'Mesh gateway of dc2, IP address, with :port where it is not 8443:',
      'The same gateway, as other datacenters reach it, address or host:port: (10.1.0.9:9443)',
      'Access control?',
    ])
  })

  it('asks again until the answer can stand', async () => {
    const {asker, said} = scriptedAsker([
      'dc1,dc1',
      'DC1',
      ' , ',
      'dc1',
      '1.7',
      '1.8.7',
      'wan-gossip',
      's1',
      '',
      '10.0.0.1',
      'off',
    ])
    expect(await answerInit({}, asker)).toMatchObject({
      acl: 'off',
      datacenters: ['dc1'],
      gateways: [],
      via: 'wan-gossip',
    })
    expect(said.filter((line) => !line.includes(':') && !line.endsWith('?'))).toEqual([
      '"dc1" stands there twice',
      '"DC1" has capital letters, and Consul makes small ones of them; write "dc1"',
      'a name is missing; write for example dc1,dc2',
      '"1.7" is not a whole version; write all three parts, such as 1.7.0',
      '"s1" is a name; write the IP address that it stands for, such as 10.0.0.1',
      'an address is missing; write for example 10.0.0.1',
    ])
  })

  it('asks nothing that a flag says', async () => {
    const {asker, rest, said} = scriptedAsker(['10.1.0.1'])
    const answers = await answerInit(
      {
        acl: true,
        consul: '1.8.7',
        datacenters: 'dc1, dc2',
        gateway: ['dc1/edge=10.0.0.9:443,203.0.113.9', 'dc2=[2001:db8::9]:8443'],
        primary: 'dc2',
        server: ['dc1/a=10.0.0.1', 'dc1=2001:db8::1'],
        via: 'mesh-gateways',
      },
      asker,
    )
    expect(said).toEqual(['Servers of dc2, IP addresses with commas between them:'])
    expect(rest).toEqual([])
    expect(answers).toMatchObject({
      acl: 'deny',
      gateways: [
        {address: '10.0.0.9', datacenter: 'dc1', name: 'edge', port: 443, wan: '203.0.113.9'},
        {address: '2001:db8::9', datacenter: 'dc2', port: 8443},
      ],
      primary: 'dc2',
    })
  })
})

describe('answerInit without a terminal', () => {
  const server = ['dc1=10.0.0.1', 'dc2=10.1.0.1']
  const gateway = ['dc1=10.0.0.9', 'dc2=10.1.0.9']

  it('names every flag that is missing, at once', async () => {
    await expect(answerInit({}, undefined)).rejects.toMatchObject({
      code: 'usage',
      exitCode: 2,
      message:
        'there is no terminal to ask on, and these flags are missing: ' +
        '--datacenters dc1,dc2 --consul VERSION --server DATACENTER=ADDRESS --gateway DATACENTER=ADDRESS',
    })
    await expect(answerInit({datacenters: 'dc1,dc2', server: ['dc1=10.0.0.1']}, undefined)).rejects.toMatchObject({
      message: expect.stringContaining(
        'missing: --consul VERSION --server dc2=ADDRESS --gateway dc1=ADDRESS --gateway dc2=ADDRESS',
      ) as unknown,
    })
    await expect(answerInit({via: 'wan-gossip'}, undefined)).rejects.toMatchObject({
      message: expect.not.stringContaining('--gateway') as unknown,
    })
  })

  it('takes the usual answer where there is one, and the datacenters from the servers and gateways', async () => {
    expect(await answerInit({consul: '1.17.3', gateway, server}, undefined)).toMatchObject({
      acl: 'deny',
      datacenters: ['dc1', 'dc2'],
      primary: 'dc1',
      via: 'mesh-gateways',
    })
    expect((await answerInit({acl: false, consul: '1.17.3', gateway, server}, undefined)).acl).toBe('off')
    expect((await answerInit({consul: '1.17.3', defaultPolicy: 'allow', gateway, server}, undefined)).acl).toBe('allow')
  })
})

describe('flags of fedctl init', () => {
  it.each([
    ['--server dc1: write for example dc1=10.0.0.1 or dc1/dc1-s1=10.0.0.1', {server: ['dc1']}],
    ['--server dc1=: write for example dc1=10.0.0.1 or dc1/dc1-s1=10.0.0.1', {server: ['dc1=']}],
    [
      '--server dc1=10.0.0.1:8300: "10.0.0.1:8300" has brackets or a port; write the IP address alone, such as 10.0.0.1',
      {server: ['dc1=10.0.0.1:8300']},
    ],
    [
      '--server dc1/s.1=10.0.0.1: "s.1" has a dot, and names with dots break gossip through mesh gateways; write "s"',
      {server: ['dc1/s.1=10.0.0.1']},
    ],
    [
      '--server dc1/s=10.0.0.1,10.0.0.2: one name cannot be that of several addresses',
      {server: ['dc1/s=10.0.0.1,10.0.0.2']},
    ],
    [
      '--server dc_1=10.0.0.1: "dc_1" has an underscore, which the names in certificates cannot have; write "dc-1"',
      {server: ['dc_1=10.0.0.1']},
    ],
    [
      '--gateway dc1=gw.example.com:8443: "gw.example.com" is a name; write the IP address that it stands for, such as 10.0.0.1',
      {gateway: ['dc1=gw.example.com:8443']},
    ],
    [
      '--gateway dc1=10.0.0.9,gw.example.com: "gw.example.com" has no port; write "gw.example.com:8443"',
      {gateway: ['dc1=10.0.0.9,gw.example.com']},
    ],
    [
      '--gateway dc1=10.0.0.9:99999: "10.0.0.9:99999" is not an IP address with or without a port; write for example "10.0.0.9", "10.0.0.9:8443" or "[2001:db8::9]:8443"',
      {gateway: ['dc1=10.0.0.9:99999']},
    ],
    [
      '--gateway dc1=10.0.0.9,a:1,b:2: more than a LAN and a WAN address; repeat the flag for another gateway',
      {gateway: ['dc1=10.0.0.9,a:1,b:2']},
    ],
    [
      '--datacenters dc1,DC2: "DC2" has capital letters, and Consul makes small ones of them; write "dc2"',
      {datacenters: 'dc1,DC2'},
    ],
    ['--consul: "1.7.14" cannot federate through mesh gateways; upgrade to 1.8.0 or newer', {consul: '1.7.14'}],
    ['--default-policy has no meaning with --no-acl; give one of them', {acl: false, defaultPolicy: 'deny' as const}],
    ['--primary dc3: the datacenters are dc1, dc2; name one of them', {datacenters: 'dc1,dc2', primary: 'dc3'}],
    [
      'a server or gateway is said to be in dc3, and the datacenters are dc1, dc2',
      {datacenters: 'dc1,dc2', server: ['dc3=10.0.0.1']},
    ],
  ])('are refused with: %s', async (message, flags) => {
    const {asker, said} = scriptedAsker([])
    await expect(answerInit(flags, asker)).rejects.toMatchObject({code: 'usage', message})
    expect(said).toEqual([])
  })
})
