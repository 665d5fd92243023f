import {fileURLToPath} from 'node:url'

import picocolors from 'picocolors'
import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {runChecks} from '../../../src/checks/engine.js'
import {topologyDrawing} from '../../../src/cli/reporters/topology.js'
import type {Federation} from '../../../src/federation/model.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {recordedSnapshot, theRecordedLab} from '../../fixtures/lab.js'
import {aHealthySnapshot, noAnswer, withRemote, withView} from '../../fixtures/snapshot.js'

const plain = picocolors.createColors(false)

describe('the drawing of a federation', () => {
  it.each<[string, Federation]>([
    ['one-datacenter', aFederation({datacenters: [aDatacenter(1)]})],
    ['two-datacenters', aFederation()],
    ['five-datacenters', aFederation({datacenters: [1, 2, 3, 4, 5].map((n) => aDatacenter(n))})],
    ['many-servers', withServers(9)],
    [
      'wan-gossip',
      aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n, {clients: [], gateways: []})), via: 'wan-gossip'}),
    ],
    ['long-names', withServers(2, 'server-with-a-name-that-nobody-wants-to-type')],
  ])('is %s.txt without a report, and fits 80 columns', async (name, model) => {
    const drawing = topologyDrawing(model, undefined, plain)
    for (const line of drawing.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
    await expect(`${drawing}\n`).toMatchFileSnapshot(golden(name))
  })

  it('marks what a dead gateway breaks', async () => {
    const model = theRecordedLab()
    const report = runChecks(catalogue, model, await recordedSnapshot('gateway-dead'))
    await expect(`${topologyDrawing(model, report, plain)}\n`).toMatchFileSnapshot(golden('gateway-dead'))
  })

  it('names secondaries that do not reach one another', async () => {
    const model = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
    const failed = {leader: noAnswer('refused', '500 EOF')}
    const cutOff = withView(aHealthySnapshot(model), 'dc2/dc2-s1', (view) => withRemote(view, 'dc3', failed))
    const drawing = topologyDrawing(model, runChecks(catalogue, model, cutOff), plain)
    await expect(`${drawing}\n`).toMatchFileSnapshot(golden('secondaries-apart'))
  })
})

function withServers(count: number, name = 'dc1-s'): Federation {
  const servers = Array.from({length: count}, (_, index) =>
    aServer('dc1', `${name}${index + 1}`, `127.7.1.${index + 1}`),
  )
  return aFederation({datacenters: [aDatacenter(1, {servers}), aDatacenter(2)]})
}

function golden(name: string): string {
  return fileURLToPath(new URL(`expected/topology/${name}.txt`, import.meta.url))
}
