import {describe, expect, it} from 'vitest'

import {selectGateway, selectGateways} from '../../../src/gateway/select-gateways.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'

const federation = aFederation()
const ids = (selection: {dc?: string; gateway?: string}) => selectGateways(federation, selection).map(({id}) => id)

describe('selectGateways', () => {
  it('takes all where nothing is said', () => {
    expect(ids({})).toEqual(['dc1/dc1-gw1', 'dc2/dc2-gw1'])
  })

  it('takes those of a datacenter', () => {
    expect(ids({dc: 'dc2'})).toEqual(['dc2/dc2-gw1'])
  })

  it('takes one by its id or its name', () => {
    expect(ids({gateway: 'dc2/dc2-gw1'})).toEqual(['dc2/dc2-gw1'])
    expect(ids({dc: 'dc2', gateway: 'dc2-gw1'})).toEqual(['dc2/dc2-gw1'])
  })

  it('refuses a name that is not there, and lists those that are', () => {
    expect(() => ids({gateway: 'gw9'})).toThrow(
      expect.objectContaining({code: 'usage', suggestions: ['use one of: dc1/dc1-gw1, dc2/dc2-gw1']}),
    )
  })

  it('refuses a gateway of another datacenter', () => {
    expect(() => ids({dc: 'dc1', gateway: 'dc2-gw1'})).toThrow('no gateway is named "dc2-gw1" in dc1')
  })
})

describe('selectGateway', () => {
  it('takes the only one', () => {
    expect(selectGateway(federation, {dc: 'dc1'}).id).toBe('dc1/dc1-gw1')
  })

  it('refuses to choose', () => {
    expect(() => selectGateway(federation, {})).toThrow(
      expect.objectContaining({code: 'usage', message: 'more than one gateway is meant'}),
    )
  })

  it('says that there is none', () => {
    const without = aFederation({datacenters: [aDatacenter(1, {gateways: []})]})
    expect(() => selectGateway(without, {})).toThrow(/has no such gateway/)
  })
})
