import {join, resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {removeAbandoned} from '../system/abandoned-files.js'
import {readText, statIfExists} from '../system/files.js'
import {caFileNames} from './create-ca-files.js'
import {issueCertificate} from './issue-certificate.js'
import {loadCa} from './load-ca.js'
import {type CertificateKind, namesOf, refusePathInName} from './names.js'
import {type CreatedFiles, createPair} from './create-pair.js'

/** The flags of `consul tls cert create`. */
export interface CertificateRequest {
  readonly additionalDnsNames?: readonly string[] | undefined
  readonly additionalIpAddresses?: readonly string[] | undefined
  /** Path of the CA certificate, in which `#DOMAIN#` stands for the domain. Default `#DOMAIN#-agent-ca.pem`. */
  readonly ca?: string | undefined
  readonly cli: boolean
  readonly client: boolean
  readonly datacenter: string
  readonly days: number
  readonly domain: string
  /** Path of the CA key, likewise. Default `#DOMAIN#-agent-ca-key.pem`. */
  readonly key?: string | undefined
  readonly node?: string | undefined
  readonly server: boolean
}

export interface CreatedCertificate extends CreatedFiles {
  readonly ca: CreatedFiles
  readonly kind: CertificateKind
  /** What the user should know about it, one line each. */
  readonly notes: readonly string[]
}

const lastNumber = 10_000
const serverNote =
  'whoever holds this key can act as a Consul server and read everything in the cluster: put it on that server only'

/**
 * Does what `consul tls cert create` does in a folder: writes `<dc>-<kind>-<domain>-<n>.pem` and `-key.pem` with the first free number.
 * The certificate may outlive its CA, as with Consul (command/tls/cert/create/tls_cert_create.go, 1.8–1.21).
 * @returns The file names, without the folder.
 * @throws FedctlError `usage`, `file.unreadable`, `pki.ca-invalid`, `pki.certificate-invalid`, `file.unwritable`.
 */
export async function createCertificateIn(
  folder: string,
  request: CertificateRequest,
  now: Date,
): Promise<CreatedCertificate> {
  const {datacenter, days, domain} = request
  const kind = kindOf(request)
  refusePathInName('domain', domain)
  refusePathInName('datacenter', datacenter)
  const profile = namesOf({...request, kind})
  const usual = caFileNames('#DOMAIN#')
  const ca = {
    certificate: (request.ca ?? usual.certificate).replace('#DOMAIN#', domain),
    key: (request.key ?? usual.key).replace('#DOMAIN#', domain),
  }
  const [certPem, keyPem] = [await readCaFile(folder, ca.certificate), await readCaFile(folder, ca.key)]
  const authority = loadCa({certPem, keyPem}, now, ca)
  const issued = issueCertificate({ca: authority, days, mayOutliveCa: true, now, profile})
  await removeAbandoned(folder, {recursive: false})
  const files = await freeNames(folder, `${datacenter}-${kind}-${domain}`)
  await createPair(folder, files, issued)
  return {ca, kind, notes: kind === 'server' ? [serverNote] : [], ...files}
}

function kindOf({cli, client, node, server}: CertificateRequest): CertificateKind {
  const kinds = Object.entries({cli, client, server}).filter(([, chosen]) => chosen)
  const [only] = kinds
  if (!only || kinds.length > 1) throw new FedctlError('usage', 'provide either -server, -client, or -cli')
  if (node && !server) throw new FedctlError('usage', '-node requires -server')
  return cli ? 'cli' : server ? 'server' : 'client'
}

async function readCaFile(folder: string, path: string): Promise<string> {
  try {
    return await readText(resolve(folder, path))
  } catch (error) {
    if (!(error instanceof FedctlError)) throw error
    throw new FedctlError(error.code, error.message, {
      cause: error,
      suggestions: ['create a CA with fedctl tls ca create, or name one with -ca and -key'],
    })
  }
}

async function freeNames(folder: string, prefix: string): Promise<CreatedFiles> {
  for (let number = 0; number <= lastNumber; number += 1) {
    const files = {certificate: `${prefix}-${number}.pem`, key: `${prefix}-${number}-key.pem`}
    const taken = await Promise.all([files.certificate, files.key].map((file) => statIfExists(join(folder, file))))
    if (taken.every((found) => found === undefined)) return files
  }
  throw new FedctlError('file.exists', `${prefix}-0.pem to ${prefix}-${lastNumber}.pem all exist already`)
}
