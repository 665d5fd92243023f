import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {loadCa} from '../../../src/pki/load-ca.js'
import {openssl} from './programs.js'

let folder = ''
const read = (name: string) => readFile(join(folder, name), 'utf8')
const run = (command: string) => openssl(folder, ...command.split(' '))

const p256 = 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'
const asCa = '-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,cRLSign'
const selfSigned = (name: string, key: string, extensions = asCa) =>
  run(`req -x509 -key ${key}.pem -out ${name}.pem -days 30 -subj /CN=${name} ${extensions}`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-foreign-'))
  await run(`${p256} -out good-key.pem`)
  await selfSigned('good', 'good-key')
})

afterAll(() => rm(folder, {recursive: true}))

/** What is said of a CA in these files; undefined where it can be used. */
function complaintOf(certPem: string, keyPem: string): string | undefined {
  try {
    loadCa({certPem, keyPem}, new Date())
    return undefined
  } catch (error) {
    expect(error).toMatchObject({code: 'pki.ca-invalid'})
    return (error as Error).message
  }
}

describe('files of a CA that OpenSSL has made', () => {
  it.each([
    ['ed25519', 'genpkey -algorithm ed25519', 'the CA key is of the kind ed25519'],
    ['small', 'genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024', 'the CA key is of the kind rsa 1024'],
    [
      'secp256k1',
      'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1',
      'the CA key is of the kind ec secp256k1',
    ],
    [
      'spelt',
      `${p256} -pkeyopt ec_param_enc:explicit`,
      'the CA certificate spells out the curve of its key, which Consul cannot read',
    ],
    ['p521', 'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521', undefined],
  ])('are judged by their key: %s', async (name, command, expected) => {
    await run(`${command} -out ${name}-key.pem`)
    await selfSigned(name, `${name}-key`)
    expect(complaintOf(await read(`${name}.pem`), await read(`${name}-key.pem`))).toBe(expected)
  })

  it('are not used with an encrypted key, in either form', async () => {
    await run('pkcs8 -topk8 -in good-key.pem -out pkcs8.pem -passout pass:abcdefgh')
    await run('ec -in good-key.pem -aes128 -passout pass:abcdefgh -out legacy.pem')
    expect(await read('legacy.pem')).toContain('Proc-Type')
    for (const name of ['pkcs8.pem', 'legacy.pem']) {
      expect(complaintOf(await read('good.pem'), await read(name))).toBe('the CA key is encrypted')
    }
  })

  it('are asked for in PEM where they are DER, and for a CA where it is none', async () => {
    await run('x509 -in good.pem -outform der -out der.pem')
    await run('pkey -in good-key.pem -outform der -out der-key.pem')
    await selfSigned('node', 'good-key', '-addext basicConstraints=CA:FALSE')
    const key = await read('good-key.pem')
    expect(complaintOf(await read('der.pem'), key)).toBe('the CA certificate holds no certificate in PEM')
    expect(complaintOf(await read('good.pem'), await read('der-key.pem'))).toBe(
      'the CA key holds no private key in PEM',
    )
    expect(complaintOf(await read('node.pem'), key)).toBe('the CA certificate is not the certificate of a CA')
  })

  it('may have text around them and line ends of Windows', async () => {
    const around = (pem: string) => `subject=whoever\n${pem}and more`.replaceAll('\n', '\r\n')
    expect(complaintOf(around(await read('good.pem')), around(await read('good-key.pem')))).toBeUndefined()
  })

  it('are refused in words wherever they are cut off or one character is another', async () => {
    const [certificate, key] = [await read('good.pem'), await read('good-key.pem')]
    for (let at = 0; at < certificate.trimEnd().length; at += 1) {
      expect(complaintOf(certificate.slice(0, at), key)).toBeDefined()
      complaintOf(certificate.slice(0, at) + (certificate[at] === 'A' ? 'B' : 'A') + certificate.slice(at + 1), key)
    }
    for (let at = 0; at < key.trimEnd().length; at += 1) {
      const complaint = complaintOf(certificate, key.slice(0, at))
      expect(complaint).toBe('the CA key holds no private key in PEM')
    }
  })
})
