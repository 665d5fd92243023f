import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {agentsOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists, writeWhole} from '../system/files.js'
import {tokenNames} from './names.js'

/**
 * Writes `.fedctl/tokens/<name>` (0600, the secret alone) for every token that the workspace knows and an operator may want to use:
 * management, gateway, verifier and the agents'. Files that are right already are left alone.
 * @returns The paths of all of them.
 * @throws FedctlError `file.unwritable` or `file.unreadable`.
 */
export async function writeTokenFiles(federation: Federation, secrets: Pick<Secrets, 'knownToken'>): Promise<string[]> {
  const agents = federation.datacenters.flatMap(agentsOf)
  const names = [tokenNames.management, tokenNames.gateway, tokenNames.verifier, ...agents.map(tokenNames.agent)]
  const paths: string[] = []
  for (const name of names) {
    const secret = secrets.knownToken(name)?.secretId
    if (secret === undefined) continue
    const path = workspacePaths(federation.workspace).tokenFile(name)
    if ((await readIfExists(path))?.toString('utf8') !== secret) await writeWhole(path, secret)
    paths.push(path)
  }
  return paths
}
