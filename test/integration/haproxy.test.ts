import {afterEach, describe, it} from 'vitest'

import {type HealthyFederation, healthyFederation} from '../healthy/healthy-federation.js'
import {throughHaproxy} from '../healthy/topologies.js'

describe('HAProxy in the place of mesh gateways, as fedctl renders its configuration', () => {
  let federation: HealthyFederation

  afterEach(() => federation.end())

  it('federates two datacenters, and verification finds nothing else than with other gateways', async () => {
    federation = await healthyFederation(throughHaproxy, 153)
    await federation.start()
    await federation.verify('started')
  })
})
