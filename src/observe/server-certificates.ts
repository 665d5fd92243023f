import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {serverNameFor} from '../gateway/probe-server.js'
import type {TrustAnchor} from '../pki/trust-anchor.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {readIfExists} from '../system/files.js'
import {answered, failed, failedBy} from './answer.js'
import {factsOf, readChain} from './certificate-facts.js'
import type {Answer, CertificateFacts} from './snapshot.js'
import {probePath, type TlsPathOptions} from './tls-path.js'

/** The certificate of a server in the workspace. */
export async function readCertificateOnDisk(
  federation: Federation,
  server: Agent,
  anchors: readonly TrustAnchor[] | undefined,
): Promise<Answer<CertificateFacts>> {
  const path = workspacePaths(federation.workspace).certificate(server.datacenter, server.name)
  try {
    const pem = await readIfExists(path)
    if (!pem) return failed('not-found', `there is no ${path}`)
    return answered(factsOf(readChain(pem.toString('utf8')), anchors))
  } catch (error) {
    if (error instanceof FedctlError) return failed('malformed', `${path}: ${error.message}`)
    return failedBy(error)
  }
}

/** What a server presents on its RPC port when it is dialled directly, whether it is acceptable or not. */
export async function observeCertificateOnWire(
  federation: Federation,
  server: Agent,
  options: TlsPathOptions,
): Promise<Answer<CertificateFacts>> {
  const serverName = serverNameFor(server.datacenter, federation.domain)
  const {answer, presented} = await probePath({host: server.address, port: server.ports.server, serverName}, options)
  if (presented) return answered(presented)
  return answer.ok ? answered(answer.value.certificate) : answer
}
