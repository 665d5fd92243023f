import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {openClient} from '../../src/consul/access.js'
import type {Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {withWorkspaceLock} from '../../src/federation/workspace-lock.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {latestExport, writeExport} from '../../src/holdings/export.js'
import {labRecordPath, readLabRecord, writeLabRecord} from '../../src/lab/lab-record.js'
import {loadSnapshot} from '../../src/observe/saved-snapshot.js'
import {issueCertificates} from '../../src/pki/issue-certificates.js'
import {planCertificates} from '../../src/pki/plan-certificates.js'
import {openJournal, readJournal} from '../../src/federation/journal.js'
import {systemClock} from '../../src/system/clock.js'
import {writeWhole} from '../../src/system/files.js'
import {aDatacenter, aFederation, aServer} from '../fixtures/federation.js'
import {noHoldings} from '../fixtures/holdings.js'
import {aLabRecord} from '../fixtures/lab.js'

const now = new Date('2026-11-20T10:00:00Z')
const recorded = fileURLToPath(new URL('../golden/verify/recorded/healthy.json', import.meta.url))

describe('a file that an earlier crash cut off', () => {
  let workspace: string
  let federation: Federation

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-cut-'))
    const paths = workspacePaths(workspace)
    const {tls} = aFederation()
    federation = aFederation({
      datacenters: [aDatacenter(1)],
      tls: {...tls, caFile: paths.caFile, caKeyFile: paths.caKeyFile},
      workspace,
    })
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  /** Writes the file cut off at some lengths, the empty one and those near the end among them, calls `read`, and puts the whole file back. */
  async function eachCut(path: string, read: (length: number, cut: string) => Promise<void>, step = 1): Promise<void> {
    const whole = await readFile(path, 'utf8')
    // Without its last line feed a file has lost nothing.
    const last = whole.endsWith('\n') ? whole.length - 2 : whole.length - 1
    const lengths = Array.from({length: last + 1}, (_, length) => length)
    for (const length of lengths.filter((each) => each % step === 0 || last - each < 3)) {
      const cut = whole.slice(0, length)
      await writeFile(path, cut)
      await read(length, cut)
      expect(await readFile(path, 'utf8'), 'nothing replaces it').toBe(cut)
    }
    await writeFile(path, whole)
  }

  const naming = (path: string, code: string) => ({
    code,
    message: expect.stringContaining(path) as string,
    suggestions: expect.arrayContaining([expect.stringMatching(/./)]) as string[],
  })

  it('is not read as the secrets', async () => {
    const secrets = await Secrets.load(workspace)
    await secrets.gossipKey()
    await secrets.token('management')
    const path = workspacePaths(workspace).secrets
    await eachCut(path, async (length) => {
      await expect(Secrets.load(workspace), String(length)).rejects.toMatchObject(naming(path, 'workspace.invalid'))
    })
    expect((await Secrets.load(workspace)).texts()).toEqual(secrets.texts())
  })

  it('is not read as the record of a lab', async () => {
    await writeLabRecord(workspace, {...aLabRecord, workspace})
    const path = labRecordPath(workspace)
    await eachCut(path, async (length) => {
      await expect(readLabRecord(workspace), String(length)).rejects.toMatchObject(naming(path, 'workspace.invalid'))
    })
    expect(await readLabRecord(workspace)).toMatchObject(aLabRecord)
  })

  it('is not read as the export of a datacenter', async () => {
    const {folder} = await writeExport(federation, noHoldings, {
      adopt: false,
      at: '2096-01-01T00:00:00Z',
      datacenter: 'dc2',
      primary: 'dc1',
      state: 'moving',
      things: [],
    })
    for (const name of ['index.json', 'holdings.json']) {
      const path = join(folder, name)
      const read = async (length: number) => {
        await expect(latestExport(federation, 'dc2'), `${name} ${length}`).rejects.toMatchObject(
          naming(path, 'workspace.invalid'),
        )
      }
      await eachCut(path, read, 7)
    }
    expect(await latestExport(federation, 'dc2')).toMatchObject({folder})
  })

  it('is not read as a snapshot', async () => {
    const path = join(workspace, 'snapshot.json')
    await writeFile(path, await readFile(recorded))
    const read = async (length: number) => {
      await expect(loadSnapshot(path), String(length)).rejects.toMatchObject(naming(path, 'snapshot.invalid'))
    }
    await eachCut(path, read, 997)
  })

  it('loses the line of the journal that is cut, and no other, whatever the clock said', async () => {
    const years = ['2096', '1996', '2026']
    for (const year of years) {
      const clock = {...systemClock, now: () => new Date(`${year}-01-01T00:00:00Z`)}
      await openJournal(workspace, `run-${year}`, {clock, redact: (text) => text}).append({event: 'run-started'})
    }
    const path = workspacePaths(workspace).journal
    expect((await readJournal(workspace)).map(({at}) => at.slice(0, 4))).toEqual(years)
    await eachCut(path, async (_, cut) => {
      const lines = cut.split('\n').filter((line) => line.endsWith('}'))
      expect(await readJournal(workspace)).toEqual(lines.map((line) => JSON.parse(line) as unknown))
    })
    await writeFile(path, 'null\n1\n"x"\n{}\n')
    expect(await readJournal(workspace)).toEqual([])
  })

  it('is no lock that keeps others out, nor is one of the future', async () => {
    const path = workspacePaths(workspace).lock
    const owner = {boot: '-', command: 'x', id: '1', pid: process.pid, since: '2096-01-01', start: '1', user: 'x'}
    const whole = JSON.stringify(owner)
    for (const length of Array.from({length: whole.length + 1}, (_, index) => index)) {
      await mkdir(dirname(path), {recursive: true})
      await writeFile(path, whole.slice(0, length))
      expect(await withWorkspaceLock(workspace, 'test', systemClock, () => Promise.resolve('in'))).toBe('in')
    }
  })

  it('is not read as the CA, its key, or what an interrupted run saved of them', async () => {
    const plan = () => planCertificates(federation, now)
    await issueCertificates(federation, await plan(), {now})
    const {caFile, caKeyFile, caPendingFile} = workspacePaths(workspace)
    for (const path of [caFile, caKeyFile]) {
      const read = async (length: number) => {
        await expect(plan(), `${path} ${length}`).rejects.toMatchObject(naming(path, 'pki.ca-invalid'))
      }
      await eachCut(path, read, 7)
    }
    expect((await plan()).items.every(({action}) => action === 'keep')).toBe(true)
    const pair = `${await readFile(caKeyFile, 'utf8')}${await readFile(caFile, 'utf8')}`
    await rm(join(workspace, 'pki'), {recursive: true})
    await writeWhole(caPendingFile, pair)
    const resume = async (length: number) => {
      await expect(issueCertificates(federation, await plan(), {now}), String(length)).rejects.toMatchObject(
        naming(caPendingFile, 'pki.ca-invalid'),
      )
      await expect(readFile(caKeyFile)).rejects.toThrow('ENOENT')
    }
    await eachCut(caPendingFile, resume, 31)
    await issueCertificates(federation, await plan(), {now})
    expect(`${await readFile(caKeyFile, 'utf8')}${await readFile(caFile, 'utf8')}`).toBe(pair)
  })

  it('is issued anew where it is the certificate or key of a node, with the reason; so is one of a clock that was wrong', async () => {
    await issueCertificates(federation, await planCertificates(federation, now), {now})
    const reason = async (at = now) => {
      const {items} = await planCertificates(federation, at, {node: 'dc1-s1'})
      return items.map(({action, reason: why}) => `${action}: ${why}`)
    }
    const {certificate, certificateKey} = workspacePaths(workspace)
    const cut = ['issue: cannot be read as a certificate', 'issue: has a key that cannot be read']
    for (const [index, path] of [certificate('dc1', 'dc1-s1'), certificateKey('dc1', 'dc1-s1')].entries()) {
      await eachCut(path, async (length) => expect(await reason(), String(length)).toEqual([cut[index]]), 7)
    }
    expect(await reason()).toEqual(['keep: complies'])
    const ahead = new Date('2027-03-01T00:00:00Z')
    await rm(certificate('dc1', 'dc1-s1'))
    await issueCertificates(federation, await planCertificates(federation, ahead), {now: ahead})
    expect(await reason()).toEqual(['issue: is not valid before 2027-03-01T00:00:00.000Z'])
    await expect(reason(new Date('2020-01-01T00:00:00Z'))).rejects.toMatchObject({
      code: 'pki.ca-invalid',
      suggestions: expect.arrayContaining([
        'check the clock of this machine, which says 2020-01-01T00:00:00.000Z',
      ]) as string[],
    })
  })

  it('is not the wish to send no token', async () => {
    const path = join(workspace, 'token')
    await writeFile(path, '\n')
    const {api} = aServer('dc1', 'dc1-s1', '127.0.0.1')
    const credentials = {env: {}, roles: [], secrets: await Secrets.load(workspace)}
    for (const [token, env] of [
      [{from: 'file', path} as const, {}],
      [{from: 'default'} as const, {CONSUL_HTTP_TOKEN_FILE: path}],
    ] as const) {
      await expect(openClient({...api, token}, {...credentials, env})).rejects.toMatchObject(
        naming(path, 'token.missing'),
      )
    }
    await expect(
      openClient({...api, token: {from: 'env', name: 'TOKEN'}}, {...credentials, env: {TOKEN: ''}}),
    ).rejects.toMatchObject({code: 'token.missing'})
  })
})
