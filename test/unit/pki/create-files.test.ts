import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {createCaIn} from '../../../src/pki/create-ca-files.js'
import {type CertificateRequest, createCertificateIn} from '../../../src/pki/create-certificate-files.js'
import {readCertificate} from '../../../src/pki/read-certificate.js'
import {modeOf} from './workspace.js'

const now = new Date('2026-03-01T00:00:00Z')
const usual = {cli: false, client: false, datacenter: 'dc1', days: 365, domain: 'consul', server: false}
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-pki-'))
})
afterEach(async () => {
  await rm(folder, {recursive: true})
})

async function create(request: Partial<CertificateRequest>) {
  return createCertificateIn(folder, {...usual, ...request}, now)
}

describe('createCaIn', () => {
  it('writes the two files that Consul writes, the key for its owner only', async () => {
    const files = await createCaIn(folder, {days: 10, domain: 'eu.consul', now})
    expect(files).toEqual({certificate: 'eu.consul-agent-ca.pem', key: 'eu.consul-agent-ca-key.pem', notes: []})
    expect((await readdir(folder)).sort()).toEqual(['eu.consul-agent-ca-key.pem', 'eu.consul-agent-ca.pem'])
    expect(await modeOf(join(folder, files.key))).toBe(0o600)
  })

  it.each(['consul-agent-ca.pem', 'consul-agent-ca-key.pem'])('refuses where %s is there', async (name) => {
    await writeFile(join(folder, name), 'precious')
    await expect(createCaIn(folder, {days: 10, domain: 'consul', now})).rejects.toMatchObject({
      code: 'file.exists',
      message: `${name} already exists`,
    })
    expect(await readdir(folder)).toEqual([name])
    expect(await readFile(join(folder, name), 'utf8')).toBe('precious')
  })

  it('says that additional constraints alone do nothing', async () => {
    const options = {additionalNameConstraints: ['a.example'], days: 10, domain: 'consul', now}
    expect((await createCaIn(folder, options)).notes).toHaveLength(1)
    await rm(join(folder, 'consul-agent-ca.pem'))
    await rm(join(folder, 'consul-agent-ca-key.pem'))
    expect((await createCaIn(folder, {...options, nameConstraint: true})).notes).toEqual([])
  })

  it.each(['../consul', 'a\\b', '/consul'])('refuses the domain %s, which leads to another folder', async (domain) => {
    await expect(createCaIn(folder, {days: 10, domain, now})).rejects.toMatchObject({code: 'usage'})
  })
})

describe('createCertificateIn', () => {
  beforeEach(async () => {
    await createCaIn(folder, {days: 10, domain: 'consul', now})
  })

  it.each<[Partial<CertificateRequest>, string]>([
    [{server: true}, 'dc1-server-consul-0'],
    [{client: true}, 'dc1-client-consul-0'],
    [{cli: true, datacenter: 'dc2'}, 'dc2-cli-consul-0'],
  ])('names the files of %j as Consul does', async (request, name) => {
    const {certificate, key} = await create(request)
    expect([certificate, key]).toEqual([`${name}.pem`, `${name}-key.pem`])
    expect(await modeOf(join(folder, key))).toBe(0o600)
    expect(readCertificate(await readFile(join(folder, certificate))).isCa).toBe(false)
  })

  it('takes the first number of which neither file is there', async () => {
    await writeFile(join(folder, 'dc1-server-consul-0.pem'), 'old')
    await writeFile(join(folder, 'dc1-server-consul-1-key.pem'), 'old')
    await writeFile(join(folder, 'dc1-server-consul-3.pem'), 'old')
    expect((await create({server: true})).certificate).toBe('dc1-server-consul-2.pem')
    expect((await create({server: true})).certificate).toBe('dc1-server-consul-4.pem')
    expect(await readFile(join(folder, 'dc1-server-consul-0.pem'), 'utf8')).toBe('old')
  })

  it('may outlive its CA, as with Consul', async () => {
    const {certificate} = await create({days: 365, server: true})
    expect(readCertificate(await readFile(join(folder, certificate))).notAfter).toEqual(
      new Date('2027-03-01T00:00:00Z'),
    )
  })

  it('takes a CA from other files, in which #DOMAIN# stands for the domain', async () => {
    await createCaIn(folder, {commonName: 'Other', days: 10, domain: 'other', now})
    const {ca, certificate} = await create({
      ca: './#DOMAIN#-agent-ca.pem',
      client: true,
      domain: 'other',
      key: join(folder, 'other-agent-ca-key.pem'),
    })
    expect(ca).toEqual({certificate: './other-agent-ca.pem', key: join(folder, 'other-agent-ca-key.pem')})
    expect(readCertificate(await readFile(join(folder, certificate))).issuer).toContain('CN=Other')
  })

  it('warns whoever makes a server certificate, and only them', async () => {
    expect((await create({server: true})).notes).toHaveLength(1)
    expect((await create({client: true})).notes).toEqual([])
  })

  it.each<[Partial<CertificateRequest>, string, string]>([
    [{}, 'usage', 'provide either -server, -client, or -cli'],
    [{client: true, server: true}, 'usage', 'provide either -server, -client, or -cli'],
    [{cli: true, client: true, server: true}, 'usage', 'provide either -server, -client, or -cli'],
    [{client: true, node: 's1'}, 'usage', '-node requires -server'],
    [{cli: true, node: 's1'}, 'usage', '-node requires -server'],
    [{datacenter: 'a/b', server: true}, 'usage', 'the datacenter "a/b" has a slash in it'],
    [{days: 0, server: true}, 'usage', 'a certificate cannot be valid for 0 days'],
    [{additionalIpAddresses: ['nope'], server: true}, 'usage', '"nope" is not an IP address'],
    [{domain: 'absent', server: true}, 'file.unreadable', 'absent-agent-ca.pem: there is no such file'],
    [{key: 'absent.pem', server: true}, 'file.unreadable', 'absent.pem: there is no such file'],
    [{key: 'consul-agent-ca.pem', server: true}, 'pki.ca-invalid', 'consul-agent-ca.pem holds no private key in PEM'],
  ])('refuses %j and writes nothing', async (request, code, message) => {
    const before = await readdir(folder)
    await expect(create(request)).rejects.toMatchObject({code, message: expect.stringContaining(message) as string})
    expect(await readdir(folder)).toEqual(before)
  })
})
