import {describe, expect, it} from 'vitest'

import {asMade, withoutMadeKnown} from '../../../src/holdings/earlier-export.js'
import type {Thing} from '../../../src/holdings/thing.js'

const thing = (what: Thing['what'], key: string, fate: Thing['fate']): Thing => ({fate, key, name: key, what})
const shop = thing('policy', 'shop', 'recreate')
const web = thing('config entry', 'service-defaults/web', 'recreate')

describe('what a datacenter held before an earlier run began', () => {
  it('is without tokens and policies that a run has made known to it since', () => {
    const now = [shop, thing('token', 'verifier', 'equal'), thing('policy', 'fedctl-verifier', 'equal'), web]
    const policies = ['fedctl-verifier']
    expect(withoutMadeKnown(now, {adopt: true, things: [shop, web]}, policies)).toEqual([shop, web])
    expect(withoutMadeKnown(now, undefined, policies)).toEqual(now)
    const ofFedctl = [thing('policy', 'fedctl-verifier', 'replaced'), thing('token', 'ours', 'replaced')]
    expect(withoutMadeKnown(ofFedctl, {adopt: true, things: [shop]}, policies)).toEqual(ofFedctl.slice(1))
  })

  it('is with what it had then, and with what somebody has made in it alone since', () => {
    const own = [
      thing('token', 'ours', 'equal'),
      thing('token', 'new', 'recreate'),
      thing('token', 'other', 'conflict'),
      // Somebody made it on both sides.
      thing('policy', 'both', 'equal'),
    ]
    expect(withoutMadeKnown(own, {adopt: false, things: own.slice(0, 1)}, ['fedctl-verifier'])).toEqual(own)
  })

  it('counts as made in the primary where an earlier run that was to make it has', () => {
    const made = [
      {...shop, fate: 'equal'},
      {...web, fate: 'conflict'},
    ] as const
    expect(asMade(made, {adopt: true, things: [shop, web]})).toEqual([shop, {...web, fate: 'conflict'}])
    expect(asMade(made, {adopt: false, things: [shop, web]})).toEqual(made)
  })
})
