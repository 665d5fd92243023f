import {describe, expect, it} from 'vitest'

import {foreignServers} from '../../../src/observe/foreign-servers.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'

function datacentersOf(count: number, servers: number) {
  return Array.from({length: count}, (_, d) =>
    aDatacenter(d + 1, {
      servers: Array.from({length: servers}, (__, s) =>
        aServer(`dc${d + 1}`, `dc${d + 1}-s${s + 1}`, `10.${d}.0.${s + 1}`),
      ),
    }),
  )
}

describe('servers of other datacenters that are probed through a gateway', () => {
  it('are all of them in a federation that is not large', () => {
    const datacenters = datacentersOf(4, 3)
    for (const datacenter of datacenters) {
      const ids = foreignServers(datacenter, datacenters).map(({id}) => id)
      const others = datacenters.filter((other) => other !== datacenter)
      expect(ids).toEqual(others.flatMap((other) => other.servers.map(({id}) => id)))
    }
  })

  it.each([
    [50, 5],
    [3, 300],
    [40, 30],
  ])('of %i datacenters with %i servers: some of each other datacenter, and each from somewhere', (count, servers) => {
    const datacenters = datacentersOf(count, servers)
    const probed = new Set<string>()
    for (const datacenter of datacenters) {
      const chosen = foreignServers(datacenter, datacenters)
      const from = new Set(chosen.map((server) => server.datacenter))
      expect([...from].sort()).toEqual(datacenters.flatMap(({name}) => (name === datacenter.name ? [] : [name])).sort())
      expect(new Set(chosen).size).toBe(chosen.length)
      expect(chosen.length).toBeLessThan((count - 1) * servers)
      for (const {id} of chosen) probed.add(id)
    }
    expect(probed.size).toBe(count * servers)
  })
})
