import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {fedctl, temporaryFolder} from './fedctl.js'

describe('a lab of three datacenters with three servers each', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const directory = () => join(folder.path, 'lab')

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', directory()])
    await folder.remove()
  })

  it('comes up, is verified through every gateway, and answers from secondary to secondary', async () => {
    const up = await fedctl(['lab', 'up', '--datacenters', '3', '--servers', '3', '--dir', directory()])
    expect(up, up.stderr).toMatchObject({exitCode: 0})

    const file = join(directory(), 'federation.yaml')
    const {exitCode, stdout} = await fedctl(['verify', '--full', '--json', '--federation', file])
    const report = JSON.parse(stdout) as Report
    expect(exitCode, stdout).toBe(0)
    expect(report.checks.filter(({status}) => status === 'warn').map(({id}) => id)).toEqual([
      'version.known-bugs',
      'gateway.redundant',
    ])
    expect(report.checks.find(({id}) => id === 'wan.rpc')?.findings).toHaveLength(9 * 2)

    const services = await fedctl([
      'lab',
      'exec',
      '--dir',
      directory(),
      'dc2',
      '--',
      'consul',
      'catalog',
      'services',
      '-datacenter',
      'dc3',
    ])
    expect(services).toMatchObject({exitCode: 0, stdout: 'consul\nmesh-gateway'})
  })
})
