import {describe, expect, it} from 'vitest'

import {primaryRunbook} from '../../../src/runbooks/primary.js'
import {secondaryRunbook} from '../../../src/runbooks/secondary.js'
import {aFederation} from '../../fixtures/federation.js'
import {datacenterOf} from '../../../src/federation/selectors.js'

describe('the runbooks of a federation by WAN gossip', () => {
  const titles = (via: 'mesh-gateways' | 'wan-gossip') => {
    const federation = aFederation({via})
    const secondary = secondaryRunbook(federation, datacenterOf(federation, 'dc2'))
    return [...primaryRunbook(federation).steps, ...secondary.steps].map(({title}) => title)
  }

  it('promise no work on gateways', () => {
    const ofGateways = titles('wan-gossip').filter((title) => /gateways/.test(title))
    expect(ofGateways).toEqual([
      'Start the client agents of dc1; it is joined by WAN gossip, without gateways',
      'Start the client agents of dc2; it is joined by WAN gossip, without gateways',
    ])
    expect(titles('mesh-gateways')).toContain('Start and register the gateways of dc2')
  })
})
