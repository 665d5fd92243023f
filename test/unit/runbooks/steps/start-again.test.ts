import {expect, it} from 'vitest'

import type {Host} from '../../../../src/hosts/host.js'
import type {RunbookContext} from '../../../../src/runbooks/context.js'
import {refuseStrangers, startAgainStep} from '../../../../src/runbooks/steps/start-again.js'
import {aDatacenter, aServer} from '../../../fixtures/federation.js'

const changes = (status: string) => {
  const servers = [aServer('dc2', 's1', '127.0.0.1', {host: 'local'})]
  const hosts = {local: {stateOf: () => Promise.resolve({status})}}
  return startAgainStep([aDatacenter(2, {servers})]).changes({hosts} as unknown as RunbookContext)
}

it('servers that have ended are started again, and those that run are left alone', async () => {
  expect(await changes('dead')).toMatchObject([{kind: 'restart-agent', node: 'dc2/s1'}])
  expect(await changes('running')).toEqual([])
})

it('servers that were never started here are refused', async () => {
  await expect(changes('never-started')).rejects.toThrow('dc2/s1 has host: local, and this workspace did not start it')
})

it('servers that were never started here are refused before anything is shown, those of other machines never', async () => {
  const host = {stateOf: () => Promise.resolve({status: 'never-started'})} as unknown as Host
  const datacenter = (kind: 'local' | 'manual') =>
    aDatacenter(2, {servers: [aServer('dc2', 's1', '127.0.0.1', {host: kind})]})
  await expect(refuseStrangers([datacenter('manual'), datacenter('local')], host)).rejects.toMatchObject({
    suggestions: [expect.stringContaining('host: manual'), expect.stringContaining('take it out')],
  })
  await expect(refuseStrangers([datacenter('manual')], host)).resolves.toBeUndefined()
})
