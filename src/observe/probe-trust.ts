import type {Buffer} from 'node:buffer'
import type {SecureContext} from 'node:tls'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {serversOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import type {TrustAnchor} from '../pki/trust-anchor.js'
import {readIfExists} from '../system/files.js'
import {probeContext} from '../system/tls-probe.js'
import {factsOf, issuersOf, leadsTo, readAnchors, readChain} from './certificate-facts.js'
import type {CertificateFacts} from './snapshot.js'

/** What a TLS probe presents, and whom it trusts; PEM. Holds a private key: never print or keep it. */
export interface ProbeIdentity {
  readonly anchors: readonly TrustAnchor[]
  readonly ca: string
  readonly cert: string
  /** All of them together, ready for use. */
  readonly context: SecureContext
  /** What a snapshot keeps of a presented chain. A server presents the same one through every gateway, and it is read once. */
  factsOf(chain: readonly Buffer[]): CertificateFacts
  readonly key: string
}

export interface ProbeTrust {
  /** The CA certificates of the federation file, where they can be read. */
  readonly anchors?: readonly TrustAnchor[]
  /** Or why there is none: without a certificate each probe would leave an error in a server's log. */
  readonly identity: ProbeIdentity | {readonly skipped: string}
}

/** Where the certificate that a probe presents lies, with its key. */
interface CertificatePaths {
  readonly cert: string
  readonly key: string
}

/**
 * Reads the CA of the federation file and the probe certificate of the workspace. Without one, the client certificate with which
 * the API is asked stands in, where that CA has signed it: servers take it from each other's callers too.
 */
export async function readProbeTrust(federation: Federation): Promise<ProbeTrust> {
  if (!federation.tls.enabled) return {identity: {skipped: 'the federation file has TLS off'}}
  try {
    const ca = await readPem(federation.tls.caFile)
    if (ca === undefined) return {identity: missing(federation.tls.caFile)}
    const anchors = readAnchors(ca)
    const {cliCertificate, cliCertificateKey} = workspacePaths(federation.workspace)
    const own = await readIdentity({cert: cliCertificate, key: cliCertificateKey}, ca, anchors)
    if (!('skipped' in own)) return {anchors, identity: own}
    return {anchors, identity: (await clientIdentity(federation, ca, anchors)) ?? own}
  } catch (error) {
    if (error instanceof FedctlError) return {identity: {skipped: error.message}}
    throw error
  }
}

async function readIdentity(
  paths: CertificatePaths,
  ca: string,
  anchors: readonly TrustAnchor[],
): Promise<ProbeIdentity | {readonly skipped: string}> {
  const [cert, key] = await Promise.all([readPem(paths.cert), readPem(paths.key)])
  if (cert === undefined) return missing(paths.cert)
  if (key === undefined) return missing(paths.key)
  return usable({anchors, ca, cert, factsOf: rememberedFacts(anchors), key}, paths.cert)
}

/** The first client certificate of the federation file that leads to the CA; undefined where there is none. */
async function clientIdentity(
  federation: Federation,
  ca: string,
  anchors: readonly TrustAnchor[],
): Promise<ProbeIdentity | undefined> {
  for (const {api} of serversOf(federation)) {
    if (api.certFile === undefined || api.keyFile === undefined) continue
    const identity = await readIdentity({cert: api.certFile, key: api.keyFile}, ca, anchors)
    if ('skipped' in identity) continue
    const [first, ...others] = readChain(identity.cert)
    if (leadsTo(first, others, anchors)) return identity
  }
  return undefined
}

async function readPem(path: string): Promise<string | undefined> {
  return (await readIfExists(path))?.toString('utf8')
}

function missing(path: string): {readonly skipped: string} {
  return {skipped: `there is no ${path}`}
}

function usable(identity: Omit<ProbeIdentity, 'context'>, name: string): ProbeIdentity | {readonly skipped: string} {
  try {
    return {...identity, context: probeContext({...identity, cert: wholeChain(identity)})}
  } catch (error) {
    const {code = 'unknown reason'} = error as NodeJS.ErrnoException
    return {skipped: `${name} and its key cannot be used for TLS: ${code}`}
  }
}

/**
 * The certificate with the CAs above it, which OpenSSL sends in any case: where they are not given it looks for them, and verifies each, in every
 * handshake anew.
 */
function wholeChain({anchors, cert}: Pick<ProbeIdentity, 'anchors' | 'cert'>): string {
  const given = readChain(cert)
  if (given.length > 1) return cert
  const above = issuersOf(given[0], anchors).map(({certificate}) => certificate.toString())
  return [cert.trimEnd(), ...above].join('\n')
}

/** A CA that is trusted anyway shows nothing where a server presents it too. */
function rememberedFacts(anchors: readonly TrustAnchor[]): ProbeIdentity['factsOf'] {
  const known = new Map<string, CertificateFacts>()
  const isNoAnchor = (der: Buffer) => !anchors.some(({certificate}) => certificate.raw.equals(der))
  return (chain) => {
    const key = chain.map((der) => der.toString('latin1')).join(' ')
    const facts =
      known.get(key) ?? factsOf(readChain(chain.filter((der, index) => index === 0 || isNoAnchor(der))), anchors)
    known.set(key, facts)
    return facts
  }
}
