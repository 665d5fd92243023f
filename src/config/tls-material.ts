import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists} from '../system/files.js'
import type {TlsMaterial} from './render-node.js'

/**
 * The PEM files of an agent in the workspace, or undefined where TLS is off. What is in them is not judged here.
 * @throws FedctlError `pki.certificate-invalid` that names every file that is missing.
 */
export async function readTlsMaterial(federation: Federation, agent: Agent): Promise<TlsMaterial | undefined> {
  if (!federation.tls.enabled) return undefined
  const paths = workspacePaths(federation.workspace)
  const files = [
    federation.tls.caFile,
    paths.certificate(agent.datacenter, agent.name),
    paths.certificateKey(agent.datacenter, agent.name),
  ]
  const contents = await Promise.all(files.map(async (file) => (await readIfExists(file))?.toString('utf8')))
  const missing = files.filter((_, index) => contents[index] === undefined)
  if (missing.length > 0) {
    throw new FedctlError(
      'pki.certificate-invalid',
      `${agent.id} has no certificate yet: ${missing.join(', ')} missing`,
      {
        suggestions: ['issue the missing certificates: fedctl tls issue'],
      },
    )
  }
  const [ca = '', certificate = '', key = ''] = contents
  return {ca, certificate, key}
}
