import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists} from '../system/files.js'
import type {TlsMaterial} from './render-node.js'

/**
 * The PEM files of an agent in the workspace, or undefined where TLS is off. They are whole; what they are good for is not judged here.
 * @throws FedctlError `pki.certificate-invalid` that names every file that is missing or not whole.
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
  const damaged = files.filter((_, index) => !isWhole(contents[index] ?? ''))
  if (damaged.length > 0) {
    throw new FedctlError('pki.certificate-invalid', `${agent.id}: not whole in PEM: ${damaged.join(', ')}`, {
      suggestions: ['see what is wrong, and issue the certificates anew: fedctl tls issue'],
    })
  }
  const [ca = '', certificate = '', key = ''] = contents
  return {ca, certificate, key}
}

/** Whether every block that begins also ends. A file that was cut off must not reach an agent. */
function isWhole(text: string): boolean {
  const count = (line: RegExp) => text.match(line)?.length ?? 0
  const begun = count(/^-----BEGIN [A-Z0-9 ]+-----$/gm)
  return begun > 0 && begun === count(/^-----END [A-Z0-9 ]+-----$/gm)
}
