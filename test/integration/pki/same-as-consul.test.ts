import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {createCaIn} from '../../../src/pki/create-ca-files.js'
import {type CertificateRequest, createCertificateIn} from '../../../src/pki/create-certificate-files.js'
import {certificateFields} from './certificate-fields.js'
import {consul} from './programs.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-pki-'))
  await consul(folder, 'tls', 'ca', 'create')
})
afterAll(async () => {
  await rm(folder, {recursive: true})
})

async function fieldsOf(file: string) {
  return certificateFields(await readFile(join(folder, file), 'utf8'))
}

/** The file that Consul says it has saved. */
function saved(output: string): string {
  return /==> Saved (\S+)\n==> Saved \S+-key\.pem/.exec(output)?.[1] ?? 'nothing'
}

const usual = {cli: false, client: false, datacenter: 'dc1', days: 365, domain: 'consul', server: false}

describe('a certificate of fedctl and one of Consul under the same CA', () => {
  it.each<{args: string[]; request: Partial<CertificateRequest>}>([
    {args: ['-server', '-dc', 'dc2', '-node', 'n1'], request: {datacenter: 'dc2', node: 'n1', server: true}},
    {args: ['-server'], request: {server: true}},
    {args: ['-server', '-node', '*', '-days', '30'], request: {days: 30, node: '*', server: true}},
    {
      args: [
        '-server',
        '-node',
        'n_1',
        '-additional-dnsname',
        'a.example',
        '-additional-dnsname=b.example',

        '-additional-ipaddress',
        '10.0.0.1',
        '-additional-ipaddress=FD00::0:1',
        '-additional-ipaddress=::ffff:1.2.3.4',
      ],
      request: {
        additionalDnsNames: ['a.example', 'b.example'],
        additionalIpAddresses: ['10.0.0.1', 'FD00::0:1', '::ffff:1.2.3.4'],
        node: 'n_1',
        server: true,
      },
    },
    {args: ['-client'], request: {client: true}},
    {
      args: ['-client', '-dc', 'eu_west', '-additional-dnsname', 'a.example', '-additional-ipaddress', '10.0.0.1'],
      request: {
        additionalDnsNames: ['a.example'],
        additionalIpAddresses: ['10.0.0.1'],
        client: true,
        datacenter: 'eu_west',
      },
    },
    {args: ['-cli'], request: {cli: true}},
    {
      args: ['-cli', '-additional-dnsname', 'a.example', '-additional-ipaddress', '10.0.0.1', '-days', '9000'],
      request: {additionalDnsNames: ['a.example'], additionalIpAddresses: ['10.0.0.1'], cli: true, days: 9000},
    },
  ])('differ in key, serial number, dates and signature only: $args', async ({args, request}) => {
    const theirs = saved(await consul(folder, 'tls', 'cert', 'create', ...args))
    const ours = await createCertificateIn(folder, {...usual, ...request}, new Date())
    expect(ours.certificate).toBe(theirs.replace(/-(\d+)\.pem$/, (_, number) => `-${Number(number) + 1}.pem`))
    expect(await fieldsOf(ours.certificate)).toEqual(await fieldsOf(theirs))
  })
})

describe('a CA of fedctl and one of Consul', () => {
  it.each([
    [[], {}],
    [['-days', '10'], {days: 10}],
    [['-days', '10000'], {days: 10_000}],
    [
      ['-name-constraint', '-additional-name-constraint', 'ui.example', '-additional-name-constraint=Other'],
      {additionalNameConstraints: ['ui.example', 'Other'], nameConstraint: true},
    ],
    [['-additional-name-constraint', 'ui.example'], {additionalNameConstraints: ['ui.example']}],
  ])('differ in key, serial number, dates and signature only: %j', async (args, options) => {
    const [theirs, ours] = await Promise.all(['theirs-', 'ours-'].map((name) => mkdtemp(join(folder, name))))
    if (!theirs || !ours) throw new Error('no folders')
    await consul(theirs, 'tls', 'ca', 'create', '-domain', 'eu.example', ...args)
    await createCaIn(ours, {days: 1825, domain: 'eu.example', now: new Date(), ...options})
    const [expected, found] = await Promise.all(
      [theirs, ours].map(async (place) =>
        certificateFields(await readFile(join(place, 'eu.example-agent-ca.pem'), 'utf8')),
      ),
    )
    expect(found).toEqual(expected)
  })
})

describe('the comparison', () => {
  it('sees another order of extensions, another criticality, another usage and another name', async () => {
    await createCertificateIn(folder, {...usual, datacenter: 'cmp', server: true}, new Date())
    const pem = await readFile(join(folder, 'cmp-server-consul-0.pem'), 'utf8')
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\n/g, ''), 'base64')
    const fields = certificateFields(pem)
    const changed = (change: (bytes: Buffer) => void) => {
      const copy = Buffer.from(der)
      change(copy)
      return certificateFields(`-----BEGIN CERTIFICATE-----\n${copy.toString('base64')}\n-----END CERTIFICATE-----\n`)
    }
    const basic = der.indexOf('0603551d130101ff', 'hex')
    const usages = der.indexOf('2b06010505070301', 'hex')
    expect(changed(() => undefined)).toEqual(fields)
    expect(changed((bytes) => bytes.writeUInt8(0x00, basic + 7))).not.toEqual(fields)
    expect(changed((bytes) => bytes.writeUInt8(0x0f, basic + 4))).not.toEqual(fields)
    expect(changed((bytes) => bytes.writeUInt8(0x04, usages + 7))).not.toEqual(fields)
    expect(changed((bytes) => bytes.write('LOCALHOST', der.indexOf('localhost'), 'ascii'))).not.toEqual(fields)
    expect({...fields, extensions: fields.extensions.toReversed()}).not.toEqual(fields)
    expect({...fields, extensions: fields.extensions.slice(1)}).not.toEqual(fields)
  })
})
