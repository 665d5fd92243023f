import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {createCaIn} from '../../../src/pki/create-ca-files.js'
import {issueCertificates} from '../../../src/pki/issue-certificates.js'
import {planCertificates} from '../../../src/pki/plan-certificates.js'
import {readCertificate} from '../../../src/pki/read-certificate.js'
import {aFederation} from '../../fixtures/federation.js'
import {consul, openssl} from './programs.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-pki-'))
})
afterEach(async () => {
  await rm(folder, {recursive: true})
})

/** Issues everything from ca.pem and ca-key.pem of the folder. */
async function issueAll(): Promise<Federation> {
  const tls = {...aFederation().tls, caFile: join(folder, 'ca.pem'), caKeyFile: join(folder, 'ca-key.pem')}
  const federation = aFederation({tls, workspace: folder})
  const now = new Date()
  await issueCertificates(federation, await planCertificates(federation, now), {now})
  return federation
}

async function verify(certificate: string, ...args: string[]): Promise<string> {
  return openssl(folder, 'verify', '-x509_strict', '-CAfile', 'ca.pem', ...args, certificate)
}

async function opensslCa(key: string): Promise<void> {
  await openssl(
    folder,

    'req',
    '-x509',
    '-utf8',
    '-nodes',
    '-newkey',
    ...key.split(' '),
    '-days',
    '400',
    '-subj',
    '/C=DE/O=Größe GmbH/CN=Root_1',
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  )
}

async function fedctlCa(nameConstraint: boolean): Promise<void> {
  await createCaIn(folder, {days: 400, domain: 'consul', nameConstraint, now: new Date()})
  await openssl(folder, 'x509', '-in', 'consul-agent-ca.pem', '-out', 'ca.pem')
  await openssl(folder, 'ec', '-in', 'consul-agent-ca-key.pem', '-out', 'ca-key.pem')
}

describe('OpenSSL accepts, strictly, what is issued', () => {
  it.each<[string, () => Promise<void>]>([
    ['a CA of fedctl', async () => fedctlCa(false)],
    ['a CA of fedctl with name constraints', async () => fedctlCa(true)],
    [
      'a CA of Consul',
      async () => {
        await consul(folder, 'tls', 'ca', 'create', '-name-constraint')
        await openssl(folder, 'x509', '-in', 'consul-agent-ca.pem', '-out', 'ca.pem')
        await openssl(folder, 'ec', '-in', 'consul-agent-ca-key.pem', '-out', 'ca-key.pem')
      },
    ],
    ['an RSA CA of OpenSSL', async () => opensslCa('rsa:2048')],
    ['a P-256 CA of OpenSSL', async () => opensslCa('ec -pkeyopt ec_paramgen_curve:prime256v1')],
    ['a P-384 CA of OpenSSL', async () => opensslCa('ec -pkeyopt ec_paramgen_curve:secp384r1')],
    ['a P-521 CA of OpenSSL', async () => opensslCa('ec -pkeyopt ec_paramgen_curve:secp521r1')],
  ])('from %s', async (_, createIt) => {
    await createIt()
    const before = await readFile(join(folder, 'ca.pem'), 'utf8')
    await issueAll()
    expect(await readFile(join(folder, 'ca.pem'), 'utf8')).toBe(before)
    await verify('ca.pem')
    const server = 'pki/dc2/dc2-s1.pem'
    for (const name of ['dc2-s1.server.dc2.consul', 'server.dc2.consul', 'localhost']) {
      await verify(server, '-purpose', 'sslserver', '-verify_hostname', name)
    }
    await verify(server, '-purpose', 'sslclient', '-verify_ip', '127.7.2.1')
    await verify('pki/dc2/dc2-c1.pem', '-purpose', 'sslclient', '-verify_hostname', 'client.dc2.consul')
    await verify('pki/cli.pem', '-purpose', 'sslclient', '-verify_hostname', 'cli.dc1.consul')
    await expect(verify(server, '-verify_hostname', 'dc2-s2.server.dc2.consul')).rejects.toThrow('ostname mismatch')
  })

  it('from the names of its CA, to the byte', async () => {
    await opensslCa('rsa:2048')
    await issueAll()
    const hex = async (file: string, which: string) =>
      openssl(folder, 'x509', '-in', file, '-noout', `-${which}`, '-nameopt', 'multiline,show_type,utf8,-esc_msb')
    const subject = await hex('ca.pem', 'subject')
    expect((await hex('pki/dc1/dc1-s1.pem', 'issuer')).replace('issuer=', 'subject=')).toBe(subject)
    expect(subject).toContain('UTF8STRING:Größe GmbH')
  })
})

describe('a CA of fedctl', () => {
  it('is one from which Consul issues, and OpenSSL accepts the result', async () => {
    await fedctlCa(true)
    await consul(folder, 'tls', 'cert', 'create', '-server', '-dc', 'dc2', '-node', 's1')
    await verify('dc2-server-consul-0.pem', '-purpose', 'sslserver', '-verify_hostname', 's1.server.dc2.consul')
    await verify('dc2-server-consul-0.pem', '-purpose', 'sslclient')
  })

  it('has constraints that Consul obeys', async () => {
    await fedctlCa(true)
    const outside = consul(folder, 'tls', 'cert', 'create', '-server', '-additional-dnsname', 'ui.example')
    await expect(outside).rejects.toThrow('not permitted by any constraint')
  })
})

describe('readCertificate', () => {
  it('reads a certificate of version 1, which has no extensions', async () => {
    await openssl(
      folder,
      'req',
      '-new',
      '-nodes',
      '-newkey',
      'rsa:2048',
      '-subj',
      '/CN=old',
      '-keyout',
      'k.pem',
      '-out',
      'r.pem',
    )
    await openssl(folder, 'x509', '-req', '-in', 'r.pem', '-signkey', 'k.pem', '-out', 'v1.pem')
    const text = await openssl(folder, 'x509', '-in', 'v1.pem', '-noout', '-text')
    expect(text).toContain('Version: 1')
    const facts = readCertificate(await readFile(join(folder, 'v1.pem'), 'utf8'))
    expect(facts).toMatchObject({commonName: 'old', dnsNames: [], isCa: false, issuer: 'CN=old', usages: []})
  })
})
