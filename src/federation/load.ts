import {dirname, join, resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {readIfExists, statIfExists} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import type {Federation} from './model.js'
import {federationFilesNear, usualName} from './nearby.js'

export interface WhereToLook {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `--federation` says. */
  readonly flag?: string | undefined
}

/**
 * The path of the federation file: the flag, else FEDCTL_FEDERATION, else `federation.yaml` in `cwd` or the nearest folder above it.
 * @returns An absolute path. @throws FedctlError `federation.not-found`.
 */
export async function findFederationFile({cwd, env, flag}: WhereToLook): Promise<string> {
  const named = flag ?? (env.FEDCTL_FEDERATION || undefined)
  if (named !== undefined) {
    const path = resolve(cwd, named)
    const found = await statIfExists(path)
    if (found?.isFile()) return path
    const reason = found?.isDirectory()
      ? `a folder: name the file in it, such as ${join(named, usualName)}`
      : found
        ? 'a pipe or a device; paths in the file are relative to its folder, so it has to be a file'
        : 'a file that does not exist'
    throw notFound(`--federation or FEDCTL_FEDERATION names ${path}, ${reason}`, await federationFilesNear(cwd))
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, usualName)
    if ((await statIfExists(path))?.isFile()) return path
    if (folder === dirname(folder)) break
  }
  throw notFound(
    `there is no ${usualName} in ${resolve(cwd)}, nor in a folder above it`,
    await federationFilesNear(cwd),
  )
}

/**
 * Reads, checks and resolves a federation file.
 * @throws FedctlError `federation.not-found`, `federation.invalid` (as FederationInvalid) or `file.unreadable`.
 */
export async function loadFederation(path: string): Promise<Federation> {
  const {invalidAsWhole, largestFile, parseFederation} = await import('./parse.js')
  const found = await statIfExists(path)
  if (found && found.size > largestFile) {
    throw invalidAsWhole(path, `the file has ${found.size} bytes, and a federation file at most 1 MiB`)
  }
  const content = await readIfExists(path)
  if (!content) throw notFound(`${path} does not exist`)
  const text = decode(content)
  if (text === undefined) throw invalidAsWhole(path, 'the file is not UTF-8 text; save it as UTF-8')
  return parseFederation(text, path)
}

/** @returns The text, or undefined where it is not UTF-8. */
function decode(content: Buffer): string | undefined {
  try {
    return new TextDecoder('utf8', {fatal: true}).decode(content)
  } catch {
    return undefined
  }
}

/** @param near federation files that may be meant, relative to the current folder. */
function notFound(message: string, near: readonly string[] = []): FedctlError {
  return new FedctlError('federation.not-found', message, {
    suggestions: [
      ...near.map((file) => `there is one here: --federation ${forShell(file)}`),
      'write one with `fedctl init`',
      'or from a federation that runs: `fedctl init --from http://server:8500`',
      'go to the folder that has it, or name it with --federation FILE',
    ],
  })
}
