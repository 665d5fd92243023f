import {afterEach, describe, it} from 'vitest'

import {type HealthyFederation, healthyFederation} from './healthy-federation.js'
import {topologies} from './topologies.js'

const waiting = {args: ['--wait', '5m', '--full']}

describe('a healthy federation gives no failure and exactly its warnings, from its start until after a rolling restart', () => {
  let federation: HealthyFederation

  afterEach(() => federation.end())

  it.each(topologies.map((topology) => [topology.name, topology] as const))('%s', async (name, topology) => {
    federation = await healthyFederation(topology, 148)
    const started = performance.now()
    const moments: string[] = []
    const noted = async (work: Promise<string>) => {
      moments.push(`${await work} at ${((performance.now() - started) / 1000).toFixed(0)} s`)
    }
    await federation.start()
    await noted(federation.verify('started'))
    await noted(federation.verify('settled', waiting))
    await federation.restart()
    await noted(federation.verify('restarted', {mayPass: topology.restart === 'processes'}))
    await noted(federation.verify('settled again', waiting))
    process.stderr.write(`${name}: ${moments.join(', ')}\n`)
  })
})
