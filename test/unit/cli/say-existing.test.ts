import {expect, it} from 'vitest'

import {sayExisting} from '../../../src/cli/say-existing.js'
import {systemClock} from '../../../src/system/clock.js'
import {aFederation} from '../../fixtures/federation.js'

const saidWith = async (via: 'mesh-gateways' | 'wan-gossip') => {
  const said: string[] = []
  const {signal} = new AbortController()
  const ports = {clock: systemClock, env: {}, signal, talk: (line: string) => said.push(line)}
  await sayExisting(aFederation({via}), {name: 'dc2'}, ports)
  return said
}

it('names the move to mesh gateways where datacenters are joined the traditional way', async () => {
  expect(await saidWith('wan-gossip')).toEqual([
    expect.stringMatching(/^via is wan-gossip: where dc2 is up, .* bootstrap secondary --dc dc2 --existing/),
  ])
  expect(await saidWith('mesh-gateways')).toEqual([])
})
