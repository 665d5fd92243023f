import {describe, expect, it} from 'vitest'

import {networkCommands, removalCommands} from '../../../../src/lab/isolation/network-commands.js'
import {namespacesFor, networkPlan} from '../../../../src/lab/isolation/network-plan.js'
import {theBrokenLab} from '../../../fixtures/lab.js'

const namespaces = namespacesFor(['dc1', 'dc2'], 8, 'a1b2')
const plan = networkPlan(theBrokenLab({isolate: true}), 8, namespaces)
const lines = networkCommands(plan).map((command) => command.join(' '))

describe('the networks of an isolated lab', () => {
  it('have names that Linux takes for interfaces, whichever lab it is', () => {
    const {datacenters, wan} = namespacesFor(['dc1', 'dc5'], 70, 'ffff')
    for (const name of [...Object.values(datacenters), wan]) expect(name.length).toBeLessThanOrEqual(15)
  })

  it('have the addresses of all their nodes, and of this machine', () => {
    expect(plan.datacenters.map(({gateways, here, lan}) => ({gateways, here, lan}))).toEqual([
      {gateways: ['198.18.8.11'], here: '10.8.1.254', lan: ['10.8.1.1', '10.8.1.11']},
      {gateways: ['198.18.8.21'], here: '10.8.2.254', lan: ['10.8.2.1', '10.8.2.11']},
    ])
  })

  it('change nothing of the routes of this machine but the way to the WAN, and make no router of it', () => {
    const routes = lines.filter((line) => line.startsWith('ip route'))
    expect(routes).toEqual([
      'ip route replace 198.18.8.0/24 via 198.18.8.254 dev fed8-a1b2-wan src 198.18.8.253 onlink',
    ])
    const forwarding = lines.filter((line) => line.includes('ip_forward'))
    expect(forwarding.every((line) => line.startsWith('nsenter --net=/run/netns/fed8-a1b2-'))).toBe(true)
    expect(forwarding.filter((line) => line.includes('echo 1')).map((line) => line.split(' ')[1])).toEqual([
      '--net=/run/netns/fed8-a1b2-wan',
    ])
  })

  it('let nothing into a LAN but what comes from the port of a gateway', () => {
    expect(lines.filter((line) => line.includes(' rule '))).toEqual([
      'ip -n fed8-a1b2-wan rule add priority 200 to 10.8.0.0/16 ipproto tcp sport 8443 lookup main',
      'ip -n fed8-a1b2-wan rule add priority 300 to 10.8.0.0/16 blackhole',
    ])
  })

  it('are removed with their interfaces first', () => {
    expect(removalCommands(['one', 'two']).map((command) => command.join(' '))).toEqual([
      'ip link del one',
      'ip link del two',
      'ip netns del one',
      'ip netns del two',
    ])
  })
})
