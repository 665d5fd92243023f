import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {agentsOf} from '../../../src/federation/selectors.js'
import {localProcess} from '../../../src/hosts/local-process.js'
import {stopLab} from '../../../src/lab/down.js'
import {labLayout} from '../../../src/lab/layout.js'
import {type LabRequest, type PreparedLab, prepareLab} from '../../../src/lab/prepare.js'
import {labStatus} from '../../../src/lab/status.js'
import {startInBackground} from '../../../src/system/background-process.js'
import {systemClock} from '../../../src/system/clock.js'

describe('a lab that is prepared', () => {
  let directory: string
  const here = {env: process.env, signal: new AbortController().signal}
  const prepare = (wanted: LabRequest['wanted'] = {}, folder = directory, ports: LabRequest['ports'] = here) =>
    prepareLab({
      consul: {path: '/usr/bin/consul', version: '1.17.3'},
      directory: folder,
      now: new Date(0),
      platform: process.platform,
      ports,
      wanted,
    })

  /** Something else listens at the address that stands for the lab, while `work` is done. */
  const whileTaken = async ({record}: PreparedLab, work: (guard: string) => Promise<void>) => {
    const {host, port} = labLayout(record.block, process.platform).guard
    const server = createServer().listen({exclusive: true, host, port})
    await once(server, 'listening')
    try {
      await work(`${host}:${port}`)
    } finally {
      server.close()
      await once(server, 'close')
    }
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fedctl-prepare-'))
  })

  afterEach(async () => {
    await stopLab(directory, undefined, {clock: systemClock, env: process.env, signal: new AbortController().signal})
    await rm(directory, {force: true, recursive: true})
  })

  it('cannot be isolated where a route of this machine leads to the addresses of every lab, and names it', async () => {
    const ip = join(directory, 'ip')
    await writeFile(ip, `#!/bin/sh\necho '[{"dst":"10.0.0.0/8","dev":"tun0"}]'\n`, {mode: 0o755})
    const ports = {env: {PATH: `${directory}:${process.env.PATH}`}, signal: new AbortController().signal}
    await expect(prepare({isolate: true}, join(directory, 'lab'), ports)).rejects.toMatchObject({
      code: 'lab.isolation-failed',
      message: expect.stringContaining('such as 10.0.0.0/8 through tun0') as string,
      suggestions: expect.arrayContaining([expect.stringContaining('VPN')]) as string[],
    })
  })

  it('is the same one again', async () => {
    const first = await prepare({datacenters: 1})
    await first.release()
    const second = await prepare()
    await second.release()
    expect(second.record).toEqual(first.record)
    expect(second.federation).toEqual(first.federation)
  })

  it('cannot come up while something else listens at its addresses, and says where', async () => {
    const lab = await prepare({datacenters: 1})
    await lab.release()
    await whileTaken(lab, async (guard) => {
      await expect(prepare()).rejects.toMatchObject({
        code: 'port.in-use',
        message: expect.stringContaining(guard) as string,
        suggestions: expect.arrayContaining([expect.stringContaining('ss -ltnp')]) as string[],
      })
    })
  })

  it('needs no other address once all of it runs', async () => {
    const lab = await prepare({datacenters: 1})
    await lab.release()
    const {workspace} = lab.federation
    for (const {id} of lab.federation.datacenters.flatMap((datacenter) => [
      ...agentsOf(datacenter),
      ...datacenter.gateways,
    ])) {
      await startInBackground({
        ...localProcess({workspace}, id),
        args: ['60'],
        env: {PATH: process.env.PATH},
        file: 'sleep',
      })
    }
    await whileTaken(lab, async () => {
      await (await prepare()).release()
    })
  })

  it('has no token file in its status where ACLs are off', async () => {
    const lab = await prepare({acl: false, datacenters: 1})
    await lab.release()
    const {processes} = await labStatus(lab.federation)
    expect(processes.map(({tokenFile}) => tokenFile)).toEqual(['', '', ''])
    expect(processes.every(({caFile}) => caFile === join(directory, 'pki', 'ca.pem'))).toBe(true)
    const open = {...lab.federation, tls: {...lab.federation.tls, enabled: false}}
    expect((await labStatus(open)).processes.map(({caFile}) => caFile)).toEqual(['', '', ''])
  })
})
