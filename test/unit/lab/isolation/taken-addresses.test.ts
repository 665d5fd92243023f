import {describe, expect, it} from 'vitest'

import {routesTo} from '../../../../src/lab/isolation/taken-addresses.js'

const subnets = ['10.8.0.0/16', '198.18.8.0/24']

describe('a route to the addresses of a lab', () => {
  it.each([
    ['to a network around them', '10.0.0.0/8'],
    ['to a network inside them', '10.8.2.0/24'],
    ['to exactly them', '198.18.8.0/24'],
    ['to one address of them', '10.8.1.1'],
  ])('is in the way where it leads %s', (_what, dst) => {
    const route = {dev: 'eth0', dst}
    expect(routesTo(subnets, [route], [])).toEqual([route])
    expect(routesTo(subnets, [route], ['eth0'])).toEqual([])
  })

  it.each([['default'], ['0.0.0.0/1'], ['192.0.2.0/24'], ['10.9.0.0/16'], ['198.18.9.7']])(
    'is not where it leads to %s',
    (dst) => {
      expect(routesTo(subnets, [{dev: 'eth0', dst}], [])).toEqual([])
    },
  )
})
