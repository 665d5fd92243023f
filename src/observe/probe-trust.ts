import {createSecureContext} from 'node:tls'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import type {TrustAnchor} from '../pki/trust-anchor.js'
import {readIfExists} from '../system/files.js'
import {readAnchors} from './certificate-facts.js'

/** What a TLS probe presents, and whom it trusts; PEM. Holds a private key: never print or keep it. */
export interface ProbeIdentity {
  readonly anchors: readonly TrustAnchor[]
  readonly ca: string
  readonly cert: string
  readonly key: string
}

export interface ProbeTrust {
  /** The CA certificates of the federation file, where they can be read. */
  readonly anchors?: readonly TrustAnchor[]
  /** Or why there is none: without a certificate each probe would leave an error in a server's log. */
  readonly identity: ProbeIdentity | {readonly skipped: string}
}

/** Reads the CA of the federation file and the probe certificate of the workspace. */
export async function readProbeTrust(federation: Federation): Promise<ProbeTrust> {
  if (!federation.tls.enabled) return {identity: {skipped: 'the federation file has TLS off'}}
  const paths = workspacePaths(federation.workspace)
  try {
    const [ca, cert, key] = await Promise.all([
      readPem(federation.tls.caFile),
      readPem(paths.cliCertificate),
      readPem(paths.cliCertificateKey),
    ])
    if (ca === undefined) return {identity: missing(federation.tls.caFile)}
    const anchors = readAnchors(ca)
    if (cert === undefined) return {anchors, identity: missing(paths.cliCertificate)}
    if (key === undefined) return {anchors, identity: missing(paths.cliCertificateKey)}
    return {anchors, identity: usable({anchors, ca, cert, key}, paths.cliCertificate)}
  } catch (error) {
    if (error instanceof FedctlError) return {identity: {skipped: error.message}}
    throw error
  }
}

async function readPem(path: string): Promise<string | undefined> {
  return (await readIfExists(path))?.toString('utf8')
}

function missing(path: string): {readonly skipped: string} {
  return {skipped: `there is no ${path}`}
}

function usable(identity: ProbeIdentity, name: string): ProbeIdentity | {readonly skipped: string} {
  try {
    createSecureContext({ca: identity.ca, cert: identity.cert, key: identity.key})
    return identity
  } catch (error) {
    const {code = 'unknown reason'} = error as NodeJS.ErrnoException
    return {skipped: `${name} and its key cannot be used for TLS: ${code}`}
  }
}
