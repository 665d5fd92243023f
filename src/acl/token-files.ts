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
  const files = await tokenFiles(federation, secrets)
  for (const {isRight, path, secret} of files) if (!isRight) await writeWhole(path, secret)
  return files.map(({path}) => path)
}

/** Whether `writeTokenFiles` would have nothing to write. @throws FedctlError `file.unreadable`. */
export async function areTokenFilesRight(
  federation: Federation,
  secrets: Pick<Secrets, 'knownToken'>,
): Promise<boolean> {
  return (await tokenFiles(federation, secrets)).every(({isRight}) => isRight)
}

async function tokenFiles(federation: Federation, secrets: Pick<Secrets, 'knownToken'>) {
  const agents = federation.datacenters.flatMap(agentsOf)
  const names = [tokenNames.management, tokenNames.gateway, tokenNames.verifier, ...agents.map(tokenNames.agent)]
  const known = names.flatMap((name) => {
    const secret = secrets.knownToken(name)?.secretId
    return secret === undefined ? [] : [{path: workspacePaths(federation.workspace).tokenFile(name), secret}]
  })
  return Promise.all(
    known.map(async ({path, secret}) => ({
      isRight: (await readIfExists(path))?.toString('utf8') === secret,
      path,
      secret,
    })),
  )
}
