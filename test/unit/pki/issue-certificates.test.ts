import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join, relative} from 'node:path'

import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {workspacePaths} from '../../../src/federation/workspace.js'
import {checkCertificate} from '../../../src/pki/check-certificate.js'
import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificates} from '../../../src/pki/issue-certificates.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {planCertificates} from '../../../src/pki/plan-certificates.js'
import {readTrustAnchor} from '../../../src/pki/trust-anchor.js'
import {modeOf, pkiFiles, temporaryFederation} from './workspace.js'

const now = new Date('2026-03-01T00:00:00.123Z')
const federation = temporaryFederation()

async function run(given: Federation, at = now) {
  return issueCertificates(given, await planCertificates(given, at), {now: at})
}

describe('issueCertificates', () => {
  it('writes the CA and every pair, keys for their owner only, and leaves nothing else', async () => {
    const given = federation.current
    const {ca, items} = await run(given)
    expect(ca).toMatchObject({action: 'create', expires: new Date('2031-02-28T00:00:00Z')})
    const names = ['ca', 'cli', 'dc1/dc1-c1', 'dc1/dc1-s1', 'dc2/dc2-c1', 'dc2/dc2-s1']
    const files = await pkiFiles(given)
    expect([...files.keys()].sort()).toEqual(names.flatMap((name) => [`${name}-key.pem`, `${name}.pem`]).sort())
    for (const name of files.keys()) {
      expect(await modeOf(join(given.workspace, 'pki', name))).toBe(name.endsWith('-key.pem') ? 0o600 : 0o644)
    }
    expect(await modeOf(join(given.workspace, 'pki'))).toBe(0o700)
    const anchor = readTrustAnchor(files.get('ca.pem') ?? '')
    for (const {profile} of items) {
      const [certificate, key] = await Promise.all([
        readFile(profile.certificateFile, 'utf8'),
        readFile(profile.keyFile, 'utf8'),
      ])
      expect(checkCertificate({certificate, key}, anchor, profile, now)).toEqual([])
    }
  })

  it('changes nothing in a second run', async () => {
    const given = federation.current
    await run(given)
    const before = await pkiFiles(given)
    const {ca, items} = await run(given)
    expect(ca.action).toBe('keep')
    expect(items.every(({action, replaced}) => action === 'keep' && replaced.length === 0)).toBe(true)
    expect(await pkiFiles(given)).toEqual(before)
  })

  it('writes nothing any more once it has failed, so that the lock of the workspace may go', async () => {
    const given = federation.current
    const plan = await planCertificates(given, now)
    const [first] = plan.items
    await mkdir(first?.profile.certificateFile ?? '', {recursive: true})
    await expect(issueCertificates(given, plan, {now})).rejects.toMatchObject({code: 'file.unreadable'})
    const files = await readdir(join(given.workspace, 'pki'), {recursive: true})
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([])
    for (const {profile} of plan.items.slice(1))
      expect(files).toContain(relative(join(given.workspace, 'pki'), profile.keyFile))
  })

  it('issues no more once it is cancelled', async () => {
    const given = federation.current
    const plan = await planCertificates(given, now)
    const signal = AbortSignal.abort(new Error('cancelled'))
    await expect(issueCertificates(given, plan, {now, signal})).rejects.toThrow('cancelled')
    expect([...(await pkiFiles(given)).keys()].sort()).toEqual(['ca-key.pem', 'ca.pem'])
  })

  it('keeps what it replaces beside it, and the key of it for its owner only', async () => {
    const given = federation.current
    await run(given)
    const before = await pkiFiles(given)
    const later = new Date('2027-02-20T10:11:12Z')
    const {items} = await run(given, later)
    const after = await pkiFiles(given)
    for (const [name, content] of before) {
      if (name.startsWith('ca')) {
        expect(after.get(name)).toBe(content)
        continue
      }
      expect(after.get(name)).not.toBe(content)
      expect(after.get(`${name}.20270220T101112Z`)).toBe(content)
      const mode = await modeOf(join(given.workspace, 'pki', `${name}.20270220T101112Z`))
      expect(mode).toBe(name.endsWith('-key.pem') ? 0o600 : 0o644)
    }
    expect(after.size).toBe(2 + 10 + 10)
    expect(items[0]?.replaced).toEqual([
      join(given.workspace, 'pki/dc1/dc1-s1-key.pem.20270220T101112Z'),
      join(given.workspace, 'pki/dc1/dc1-s1.pem.20270220T101112Z'),
    ])
  })

  it('keeps every one of several that were replaced in one second', async () => {
    const given = federation.current
    const {cliCertificate} = workspacePaths(given.workspace)
    await run(given)
    for (const text of ['first', 'second']) {
      await writeFile(cliCertificate, text)
      await run(given)
    }
    const kept = [...(await pkiFiles(given))].filter(([name]) => name.startsWith('cli.pem.'))
    expect(kept).toEqual([
      ['cli.pem.20260301T000000Z', 'first'],
      ['cli.pem.20260301T000000Z-2', 'second'],
    ])
  })

  it('mends what a run left that was killed between a key and its certificate', async () => {
    const given = federation.current
    await run(given)
    const {certificate, certificateKey} = workspacePaths(given.workspace)
    const before = await readFile(certificate('dc2', 'dc2-s1'), 'utf8')
    await writeFile(certificateKey('dc2', 'dc2-s1'), createCa({days: 1, domain: 'consul', now}).keyPem)
    const {items} = await run(given)
    expect(items.filter(({action}) => action === 'issue').map(({profile}) => profile.id)).toEqual(['dc2/dc2-s1'])
    expect(await readFile(certificate('dc2', 'dc2-s1'), 'utf8')).not.toBe(before)
    const again = await planCertificates(given, now)
    expect(again.items.every(({action}) => action === 'keep')).toBe(true)
  })

  it.each([
    ['before its key was written', []],
    ['between its key and its certificate', ['caKeyFile']],
    ['before it had cleaned up', ['caKeyFile', 'caFile']],
  ] as const)('finishes the CA of a run that was killed %s', async (_, written) => {
    const given = federation.current
    const paths = workspacePaths(given.workspace)
    const pair = createCa({days: 100, domain: 'consul', now})
    await run(given)
    await rm(paths.pki, {recursive: true})
    const {writeWhole} = await import('../../../src/system/files.js')
    await writeWhole(paths.caPendingFile, pair.keyPem + pair.certPem)
    for (const file of written) await writeWhole(paths[file], file === 'caFile' ? pair.certPem : pair.keyPem)
    const {ca} = await run(given)
    expect(ca).toMatchObject({action: 'create', reason: 'an earlier run was interrupted'})
    const files = await pkiFiles(given)
    expect([files.get('ca.pem'), files.get('ca-key.pem')]).toEqual([pair.certPem, pair.keyPem])
    expect(files.has('ca-pending-key.pem')).toBe(false)
    expect((await planCertificates(given, now)).ca.action).toBe('keep')
  })

  it('never changes a CA of someone else, and issues from it', async () => {
    const tls = {...federation.current.tls, caFile: join(federation.current.workspace, 'root.pem')}
    const given = federation.of({tls: {...tls, caKeyFile: join(federation.current.workspace, 'root.key')}})
    const pair = createCa({commonName: 'Corporate Root', days: 100, domain: 'consul', now})
    await writeFile(given.tls.caFile, pair.certPem)
    await writeFile(given.tls.caKeyFile, pair.keyPem)
    const {items} = await run(given)
    expect(await readFile(given.tls.caFile, 'utf8')).toBe(pair.certPem)
    expect(await readFile(given.tls.caKeyFile, 'utf8')).toBe(pair.keyPem)
    expect([...(await pkiFiles(given)).keys()]).not.toContain('ca.pem')
    const certificate = await readFile(items[0]?.profile.certificateFile ?? '', 'utf8')
    expect(checkCertificate({certificate}, loadCa(pair, now), items[0]?.profile ?? never(), now)).toEqual([])
  })

  it('writes nothing that the CA may not certify', async () => {
    const given = federation.of({domain: 'example.org'})
    const pair = createCa({days: 100, domain: 'consul', nameConstraint: true, now})
    const {writeWhole} = await import('../../../src/system/files.js')
    await writeWhole(given.tls.caFile, pair.certPem)
    await writeWhole(given.tls.caKeyFile, pair.keyPem)
    await expect(run(given)).rejects.toMatchObject({code: 'pki.certificate-invalid'})
    expect([...(await pkiFiles(given)).keys()]).toEqual(['ca-key.pem', 'ca.pem'])
  })

  it('writes no more when it is cancelled', async () => {
    const given = federation.current
    const plan = await planCertificates(given, now)
    const reason = new Error('cancelled')
    await expect(issueCertificates(given, plan, {now, signal: AbortSignal.abort(reason)})).rejects.toBe(reason)
    expect([...(await pkiFiles(given)).keys()]).toEqual(['ca-key.pem', 'ca.pem'])
  })
})

function never(): never {
  throw new Error('nothing was issued')
}
