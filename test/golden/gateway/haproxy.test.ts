import {fileURLToPath} from 'node:url'

import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {gatewaysOf} from '../../../src/federation/selectors.js'
import {renderHaproxyGateways} from '../../../src/gateway/haproxy.js'
import {aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'

const manyNodes = aFederation({
  datacenters: [
    aDatacenter(1, {servers: [1, 2, 3].map((n) => aServer('dc1', `dc1-s${n}`, `127.7.1.${n}`))}),
    aDatacenter(2, {
      gateways: [1, 2].map((n) => aGateway('dc2', `dc2-gw${n}`, `127.7.2.2${n}`, 'dc2-c1', {wanPort: 443})),
    }),
    aDatacenter(3),
  ],
  domain: 'example.internal',
})

const namedAndV6 = aFederation({
  datacenters: [
    aDatacenter(1, {
      gateways: [aGateway('dc1', 'dc1-gw1', '2001:db8::b', 'dc1-c1')],
      servers: [aServer('dc1', 'dc1-s1', '2001:db8::1')],
    }),
    aDatacenter(2, {
      gateways: [aGateway('dc2', 'dc2-gw1', '10.2.0.11', 'dc2-c1', {wanAddress: 'gw1.dc2.example.com'})],
    }),
  ],
})

const alone = aFederation({datacenters: [aDatacenter(1)]})

describe('the configuration of HAProxy for a gateway', () => {
  it.each<[string, Federation]>([
    ['many-nodes', manyNodes],
    ['names-and-ipv6', namedAndV6],
    ['alone', alone],
  ])('is %s.cfg', async (name, federation) => {
    const [first] = await renderHaproxyGateways(federation, gatewaysOf(federation))
    expect(first?.gateway).toBe('dc1/dc1-gw1')
    const golden = fileURLToPath(new URL(`expected/${name}.cfg`, import.meta.url))
    await expect(first?.configuration).toMatchFileSnapshot(golden)
  })

  it('says what to do about an address that others dial and that it does not bind', async () => {
    const [, other] = await renderHaproxyGateways(namedAndV6, gatewaysOf(namedAndV6))
    expect(other?.configuration).toContain('bind it too: bind gw1.dc2.example.com:8443')
  })
})
