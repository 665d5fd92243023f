import {describe, expect, it} from 'vitest'

import {gatewayTable} from '../../../../src/cli/reporters/gateway-table.js'
import type {GatewayRow} from '../../../../src/gateway/list-gateways.js'

const row: GatewayRow = {
  agent: 'dc1/dc1-c1',
  check: 'passing',
  datacenter: 'dc1',
  differences: [],
  exposesServers: true,
  id: 'dc1/dc1-gw1',
  lan: '10.1.0.11:8443',
  name: 'dc1-gw1',
  published: {dc1: 'yes', dc2: 'yes'},
  registered: true,
  wan: '192.0.2.11:443',
}

const text = (change: Partial<GatewayRow>) =>
  gatewayTable({gateways: [{...row, ...change}], problems: [], schemaVersion: 1})

describe('gatewayTable', () => {
  it('shows a gateway that works', () => {
    expect(text({}).split('\n')).toEqual([
      'GATEWAY      LAN             WAN             STATE    PUBLISHED IN',
      'dc1/dc1-gw1  10.1.0.11:8443  192.0.2.11:443  passing  dc1, dc2',
    ])
  })

  it.each<[string, Partial<GatewayRow>]>([
    ['unknown', {check: 'unknown', exposesServers: 'unknown', registered: 'unknown'}],
    ['not registered', {check: 'none', exposesServers: false, registered: false}],
    ['exposes nothing', {exposesServers: false}],
    ['critical', {check: 'critical'}],
    ['no check', {check: 'none'}],
  ])('says %s', (state, change) => {
    expect(text(change)).toMatch(new RegExp(`192\\.0\\.2\\.11:443 +${state} +dc1, dc2$`))
  })

  it('says where a gateway is not known, or otherwise', () => {
    expect(text({published: {dc1: 'yes', dc2: 'no', dc3: 'other-address', dc4: 'unknown'}})).toMatch(
      /dc1, dc2: no, dc3: other address, dc4: unknown$/,
    )
  })

  it('puts differences and whoever does not answer below', () => {
    const problems = [{message: 'connection refused', subject: 'dc1/dc1-c1'}]
    const differences = ['no health check']
    expect(
      gatewayTable({gateways: [{...row, differences}], problems, schemaVersion: 1})
        .split('\n')
        .slice(2),
    ).toEqual(['', 'dc1/dc1-gw1: no health check', 'dc1/dc1-c1: connection refused'])
  })
})
