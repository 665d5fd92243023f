import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'

import {faults} from '../../src/lab/faults/faults.js'
import {expectShownAndMended, isExhaustive, recoveryMs} from './fault-showing.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {fedctlKilled} from './kill/killing.js'

/** All of them with npm run test:faults, which keeps their snapshots; otherwise quick ones of every group. */
const quick = new Set([
  'gateway-wan-address-wrong',
  'gateway-ends-tls',
  'datacenter-twice',
  'gateway-dead',
  'replication-token-revoked',
  'anonymous-token-too-tight',
  'node-name-missing',
  'primary-gateways-without-port',
])
/** Faults that start processes; each is also killed while it does so. */
const killedAtStart = isExhaustive ? ['gateway-ends-tls', 'datacenter-twice', 'clock-wrong'] : ['gateway-ends-tls']
const onLoopback = faults.filter(({needs}) => !needs?.includes('isolate'))
const chosen = onLoopback.filter(({id}) => isExhaustive || quick.has(id))

describe('a lab that is broken on purpose', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  const federation = () => ['--federation', join(directory, 'federation.yaml')]
  const lab = (...args: string[]) => fedctl(['lab', ...args, '--dir', directory])

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'lab')
    const up = await lab('up')
    expect(up, up.stderr).toMatchObject({exitCode: 0})
  })

  afterEach(() => lab('mend'), recoveryMs)

  afterAll(async () => {
    await lab('down', '--purge')
    await folder.remove()
  })

  it.each(chosen.map((fault) => [fault.id, fault] as const))(
    'shows %s with its cause first, and is well again once mended',
    (_id, fault) => expectShownAndMended(fault, directory),
    recoveryMs,
  )

  it('says what is broken, and is left alone until it is mended', async () => {
    await lab('break', 'anonymous-token-too-tight')
    expect((await lab('status')).stdout).toContain('broken on purpose: anonymous-token-too-tight')
    for (const args of [['up'], ['break', 'gateway-dead']]) {
      const refused = await lab(...args)
      expect(refused.exitCode).toBe(4)
      expect(refused.stderr).toContain('[lab.broken]')
      expect(refused.stderr).toContain('fedctl lab mend')
    }
    expect((await lab('mend')).stdout).toBe('mended: anonymous-token-too-tight')
    expect((await lab('mend')).stdout).toBe('nothing is broken')
  })

  it('says what a break has left that was cancelled, and how to mend it', async () => {
    const breaking = execa(process.execPath, [fedctlScript, 'lab', 'break', 'gateway-dead', '--dir', directory], {
      reject: false,
      stdin: 'ignore',
    })
    const record = join(directory, '.fedctl', 'fault.json')
    await expect.poll(() => readFile(record, 'utf8').catch(() => ''), {interval: 1, timeout: 30_000}).not.toBe('')
    breaking.kill('SIGINT')
    const {exitCode, stderr} = await breaking
    expect(exitCode).toBe(130)
    expect(stderr).toContain('some of gateway-dead; to mend it: fedctl lab mend --dir')
    expect(stderr).not.toContain('run the same command again')
    expect((await lab('status')).stdout).toContain('broken on purpose: gateway-dead')
    expect(await lab('mend')).toMatchObject({exitCode: 0, stdout: 'mended: gateway-dead'})
  })

  it(
    'is mended after a kill between the end of an agent and its start with other files, and further kills while that is mended',
    async () => {
      const certificate = join(directory, 'pki', 'dc2', 'dc2-s1.pem')
      const before = await readFile(certificate, 'utf8')
      const args = ['lab', 'break', 'foreign-ca', '--dir', directory]
      const {killed} = await fedctlKilled(args, {at: 1, cwd: folder.path, kinds: ['spawn'], root: directory})
      expect(killed).toBe(true)
      expect(await readFile(certificate, 'utf8')).not.toBe(before)
      expect((await lab('status')).stdout).toContain('broken on purpose: foreign-ca, all or some of it')
      for (const match of ['rename .*agent.pem', 'spawn before', 'apply-acl step-started']) {
        const run = await fedctlKilled(['lab', 'mend', '--dir', directory], {
          at: 1,
          cwd: folder.path,
          match,
          root: directory,
        })
        expect(run.killed, `${match}: ${run.stderr}`).toBe(true)
        expect((await lab('status')).stdout).toContain('broken on purpose: foreign-ca')
      }
      const mended = await lab('mend')
      expect(mended, mended.stderr).toMatchObject({exitCode: 0, stdout: 'mended: foreign-ca'})
      expect(await readFile(certificate, 'utf8')).toBe(before)
      const verified = await fedctl(['verify', '--wait', '5m', '--output', 'short', ...federation()])
      expect(verified, verified.stdout).toMatchObject({exitCode: 0})
    },
    recoveryMs,
  )

  it.each(killedAtStart)(
    'is mended after a kill while %s starts a process',
    async (id) => {
      const args = ['lab', 'break', id, '--dir', directory]
      const {killed} = await fedctlKilled(args, {at: 1, cwd: folder.path, kinds: ['spawn'], root: directory})
      expect(killed).toBe(true)
      const mended = await lab('mend')
      expect(mended, mended.stderr).toMatchObject({exitCode: 0, stdout: `mended: ${id}`})
      const verified = await fedctl(['verify', '--wait', '5m', '--output', 'short', ...federation()])
      expect(verified, verified.stdout).toMatchObject({exitCode: 0})
    },
    recoveryMs,
  )
})
