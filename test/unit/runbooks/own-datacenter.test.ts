import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import type {RunbookContext} from '../../../src/runbooks/context.js'
import {ownDatacenterRunbook} from '../../../src/runbooks/own-datacenter.js'
import type {OwnMove} from '../../../src/runbooks/own-move.js'
import {aFederation} from '../../fixtures/federation.js'

const move = (index: object, adopt: boolean) =>
  ({adopt, hasBegun: true, held: {folder: '/export', holdings: {tokens: []}, index}}) as unknown as OwnMove

function stepOf(federation: Federation, id: string, held = move({state: 'exported'}, false)) {
  const [, datacenter] = federation.datacenters
  const step = datacenter && ownDatacenterRunbook(federation, datacenter, held).steps.find((one) => one.id === id)
  if (!step) throw new Error(`no step ${id}`)
  return step
}

describe('the move of a datacenter on its own', () => {
  const nothing = {} as RunbookContext

  it('is refused where it runs ahead of the primary', async () => {
    const federation = aFederation()
    const [primary, secondary] = federation.datacenters.map((one) => ({...one, consul: '1.17.3'}))
    if (!primary || !secondary) throw new Error('two datacenters')
    const ahead = {...federation, datacenters: [primary, {...secondary, consul: '1.18.0'}]}
    const alike = {...federation, datacenters: [primary, secondary]}
    await expect(stepOf(ahead, 'check-versions').changes(nothing)).rejects.toThrow('1.18.0')
    expect(await stepOf(alike, 'check-versions').changes(nothing)).toEqual([])
  })

  it('begins only where the versions are those that the federation file names, for which its things were read', () => {
    expect(stepOf(aFederation(), 'check-datacenter').done).toContainEqual({
      check: 'version.expected',
      datacenters: ['dc2'],
      strict: true,
    })
  })

  it('is noted when it begins, and when a later run is to make things in the primary too', async () => {
    const begin = async (index: object, adopt: boolean) =>
      (await stepOf(aFederation(), 'begin', move(index, adopt)).changes(nothing)).length
    expect(await begin({adopt: false, state: 'exported'}, false)).toBe(1)
    expect(await begin({adopt: false, state: 'moving'}, false)).toBe(0)
    expect(await begin({adopt: false, state: 'moving'}, true)).toBe(1)
  })
})
