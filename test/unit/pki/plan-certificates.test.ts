import {mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {issueCertificates} from '../../../src/pki/issue-certificates.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {namesOf} from '../../../src/pki/names.js'
import {type CertificatePlan, planCertificates, renewalDeadline} from '../../../src/pki/plan-certificates.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'
import {pkiFiles, temporaryFederation} from './workspace.js'

const now = new Date('2026-03-01T00:00:00Z')
const day = 86_400_000
const federation = temporaryFederation()

async function complete(given: Federation = federation.current): Promise<Federation> {
  await issueCertificates(given, await planCertificates(given, now), {now})
  return given
}

function later(days: number): Date {
  return new Date(now.getTime() + days * day)
}

function reasons({items}: CertificatePlan): Record<string, string> {
  return Object.fromEntries(
    items.filter(({action}) => action === 'issue').map(({profile, reason}) => [profile.id, reason]),
  )
}

function file(given: Federation, ...path: string[]): string {
  return join(given.workspace, 'pki', ...path)
}

describe('planCertificates', () => {
  it('creates the CA and issues everything in an empty workspace, and writes nothing itself', async () => {
    const plan = await planCertificates(federation.current, now)
    expect(plan.ca).toMatchObject({action: 'create', reason: 'missing'})
    expect(plan.items.map(({action, profile}) => [action, profile.id])).toEqual([
      ['issue', 'dc1/dc1-s1'],
      ['issue', 'dc1/dc1-c1'],
      ['issue', 'dc2/dc2-s1'],
      ['issue', 'dc2/dc2-c1'],
      ['issue', 'cli'],
    ])
    await expect(pkiFiles(federation.current)).rejects.toThrow('ENOENT')
  })

  it('keeps everything that complies, and says until when', async () => {
    const given = await complete()
    const plan = await planCertificates(given, later(300))
    expect(plan.ca).toMatchObject({action: 'keep', expires: later(1825)})
    expect(
      plan.items.every(({action, expires}) => action === 'keep' && expires?.getTime() === later(365).getTime()),
    ).toBe(true)
  })

  it('holds no secret', async () => {
    const given = await complete()
    const text = JSON.stringify(await planCertificates(given, now))
    for (const [name, content] of await pkiFiles(given)) {
      if (name.endsWith('-key.pem')) expect(text).not.toContain(content.split('\n')[1])
    }
    expect(text).not.toContain('PRIVATE')
  })

  it.each<[string, (given: Federation) => Promise<void>, string]>([
    ['a certificate that is missing', (given) => rm(file(given, 'dc1', 'dc1-s1.pem')), 'only its key is there'],
    ['a key that is missing', (given) => rm(file(given, 'dc1', 'dc1-s1-key.pem')), 'its key is missing'],
    [
      'a certificate that cannot be read',
      (given) => writeFile(file(given, 'dc1', 'dc1-s1.pem'), 'not a certificate'),
      'cannot be read as a certificate',
    ],
    [
      'a key of another certificate, as an interrupted run leaves it',
      async (given) => {
        const files = await pkiFiles(given)
        await writeFile(file(given, 'dc1', 'dc1-s1-key.pem'), files.get('dc2/dc2-s1-key.pem') ?? '')
      },
      'does not belong to its key',
    ],
    [
      'the pair of another node',
      async (given) => {
        const files = await pkiFiles(given)
        for (const end of ['.pem', '-key.pem'])
          await writeFile(file(given, 'dc1', `dc1-s1${end}`), files.get(`dc1/dc1-c1${end}`) ?? '')
      },
      'lacks the names dc1-s1.server.dc1.consul, server.dc1.consul; lacks the address 127.7.1.1',
    ],
    [
      'the pair of another CA',
      async (given) => {
        const ca = loadCa(createCa({days: 10, domain: 'consul', now}), now)
        const profile = namesOf({
          additionalIpAddresses: ['127.7.1.1'],
          datacenter: 'dc1',
          domain: 'consul',
          kind: 'server',
          node: 'dc1-s1',
        })
        const {certPem, keyPem} = issueCertificate({ca, days: 365, now, profile})
        await writeFile(file(given, 'dc1', 'dc1-s1.pem'), certPem)
        await writeFile(file(given, 'dc1', 'dc1-s1-key.pem'), keyPem)
      },
      'was not issued by the CA Consul Agent CA',
    ],
  ])('issues anew %s', async (_, damage, reason) => {
    const given = await complete()
    await damage(given)
    const found = reasons(await planCertificates(given, now))
    expect(Object.keys(found)).toEqual(['dc1/dc1-s1'])
    expect(found['dc1/dc1-s1']).toContain(reason)
  })

  it('issues anew what the file has changed: domain, address, node', async () => {
    const given = await complete()
    const servers = [aServer('dc1', 'dc1-s1', '127.7.1.9')]
    const moved = {...given, datacenters: [aDatacenter(1, {servers}), aDatacenter(2)]}
    expect(reasons(await planCertificates(moved, now))).toEqual({'dc1/dc1-s1': 'lacks the address 127.7.1.9'})
    const renamed = await planCertificates({...given, domain: 'example'}, now)
    expect(Object.keys(reasons(renamed))).toHaveLength(5)
  })

  it('issues anew what expires within 30 days, and what has expired', async () => {
    const given = await complete()
    expect(reasons(await planCertificates(given, later(335)))).toEqual({})
    const soon = reasons(await planCertificates(given, later(336)))
    expect(Object.keys(soon)).toHaveLength(5)
    expect(soon.cli).toBe('expires on 2027-03-01, in 29 days')
    expect(reasons(await planCertificates(given, later(400))).cli).toBe('has expired on 2027-03-01')
  })

  it('lets short-lived certificates live for two thirds of their days', async () => {
    const short = await complete(federation.of({tls: {...federation.current.tls, days: 6}}))
    expect(reasons(await planCertificates(short, later(4)))).toEqual({})
    expect(reasons(await planCertificates(short, later(5))).cli).toBe('expires on 2026-03-07, in 1 day')
  })

  it('does not issue again and again what can only reach to the end of the CA', async () => {
    const given = federation.of({tls: {...federation.current.tls, caDays: 20}})
    const first = await issueCertificates(given, await planCertificates(given, now), {now})
    expect(first.items.every(({capped, reason}) => capped && reason === 'the CA is new; ends with its CA')).toBe(true)
    const plan = await planCertificates(given, later(10))
    expect(reasons(plan)).toEqual({})
    expect(plan.ca.reason).toContain('but expires on 2026-03-21, in 10 days')
  })

  it('keeps to a datacenter or a node where it is told to', async () => {
    const ids = async (scope: {dc?: string; node?: string}) => {
      const {items} = await planCertificates(federation.current, now, scope)
      return items.map(({profile}) => profile.id)
    }
    expect(await ids({dc: 'dc2'})).toEqual(['dc2/dc2-s1', 'dc2/dc2-c1', 'cli'])
    expect(await ids({node: 'dc2-s1'})).toEqual(['dc2/dc2-s1'])
    expect(await ids({node: 'dc1/dc1-c1'})).toEqual(['dc1/dc1-c1'])
    expect(await ids({dc: 'dc1', node: 'dc1-s1'})).toEqual(['dc1/dc1-s1'])
  })

  it.each([
    [{dc: 'dc9'}, 'no datacenter is named "dc9"'],
    [{node: 'nobody'}, 'no agent is named "nobody"'],
    [{dc: 'dc1', node: 'dc2-s1'}, 'no agent is named "dc2-s1" in dc1 of'],
  ])('refuses the scope %j', async (scope, message) => {
    await expect(planCertificates(federation.current, now, scope)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message) as string,
    })
  })

  it('refuses a federation without TLS', async () => {
    const off = federation.of({tls: {...federation.current.tls, enabled: false}, via: 'wan-gossip'})
    await expect(planCertificates(off, now)).rejects.toMatchObject({code: 'usage'})
  })

  it.each(['ca.pem', 'ca-key.pem'])('refuses a CA of which %s is missing', async (name) => {
    const given = await complete()
    await rm(file(given, name))
    await expect(planCertificates(given, now)).rejects.toMatchObject({
      code: 'pki.ca-invalid',
      message: expect.stringContaining(`there is no ${file(given, name)}`) as string,
    })
  })

  it('refuses to make a new CA beside certificates of a lost one', async () => {
    const given = await complete()
    await rm(file(given, 'ca.pem'))
    await rm(file(given, 'ca-key.pem'))
    await expect(planCertificates(given, now)).rejects.toMatchObject({
      code: 'pki.ca-invalid',
      message: `there is no CA at ${file(given, 'ca.pem')}, but a certificate at ${file(given, 'dc1', 'dc1-s1.pem')}`,
    })
  })

  it('never creates a CA elsewhere than in its usual place', async () => {
    const tls = {...federation.current.tls, caFile: file(federation.current, 'corporate.pem')}
    await expect(planCertificates(federation.of({tls}), now)).rejects.toMatchObject({
      code: 'pki.ca-invalid',
      message: expect.stringContaining('corporate.pem') as string,
    })
  })

  it('takes a CA of someone else where the file names one', async () => {
    const folder = join(federation.current.workspace, 'elsewhere')
    const tls = {...federation.current.tls, caFile: join(folder, 'root.pem'), caKeyFile: join(folder, 'root.key')}
    const {certPem, keyPem} = createCa({commonName: 'Corporate Root', days: 100, domain: 'consul', now})
    await mkdir(dirname(tls.caFile))
    await writeFile(tls.caFile, certPem)
    await writeFile(tls.caKeyFile, keyPem)
    const plan = await planCertificates(federation.of({tls}), now)
    expect(plan.ca).toEqual({
      action: 'keep',
      certificateFile: tls.caFile,
      expires: later(100),
      keyFile: tls.caKeyFile,
      reason: 'Corporate Root can issue',
    })
    expect(reasons(plan).cli).toBe('missing')
  })
})

describe('renewalDeadline', () => {
  it.each([
    [365, 30],
    [90, 30],
    [30, 10],
    [3, 1],
  ])('is for certificates of %d days %d days ahead', (days, ahead) => {
    const ca = loadCa(createCa({days: 1825, domain: 'consul', now}), now)
    expect(renewalDeadline(days, ca, now)).toEqual(later(ahead))
  })
})
