import {rmdir} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'

import {FedctlError, type FedctlErrorOptions} from '../errors/fedctl-error.js'
import {readIfExists, statIfExists, writeWhole} from '../system/files.js'
import {type FederationDraft, federationYaml} from './federation-yaml.js'
import {gitignoreWith} from './gitignore.js'
import type {Federation} from './model.js'
import {parseFederation} from './parse.js'
import {type Remark, withRemarks} from './remarks.js'
import {workspacePaths} from './workspace.js'

/** For everybody: nothing in these files is secret. */
const mode = 0o644

export interface NewWorkspace {
  readonly federation: Federation
  /** Files that were written, absolute paths. */
  readonly written: readonly string[]
}

/**
 * Writes a commented federation file and, beside it, what git has to leave out. The federation file comes last, so a run that was
 * killed can be repeated.
 * @param path of the federation file
 * @param remarks comments above the keys that they are about
 * @throws FedctlError `federation.exists`; `federation.invalid` where the draft is not a valid federation, with nothing written.
 */
export async function createWorkspace(
  path: string,
  draft: FederationDraft,
  remarks: readonly Remark[] = [],
): Promise<NewWorkspace> {
  const file = resolve(path)
  await refuseExisting(file)
  const text = withRemarks(federationYaml(draft), remarks)
  const federation = parseFederation(text, file)
  const gitignore = workspacePaths(dirname(file)).gitignore
  const wanted = gitignoreWith((await readIfExists(gitignore))?.toString('utf8'))
  if (wanted !== undefined) await writeWhole(gitignore, wanted, {mode})
  try {
    await writeWhole(file, text, {exclusive: true, mode})
  } catch (error) {
    if (error instanceof FedctlError && error.code === 'file.exists') throw exists(file, {cause: error})
    throw error
  }
  return {federation, written: wanted === undefined ? [file] : [file, gitignore]}
}

/** @returns The folder of a federation file, an absolute path. */
export function folderOf(path: string): string {
  return dirname(resolve(path))
}

/** Removes the folder that a lock was in, where nothing else is. */
export async function removeEmptyState(workspace: string): Promise<void> {
  await rmdir(workspacePaths(workspace).state).catch(() => undefined)
}

/** @throws FedctlError `federation.exists` where something of that name is there already. */
export async function refuseExisting(file: string): Promise<void> {
  if (await statIfExists(file)) throw exists(file)
}

function exists(file: string, options: FedctlErrorOptions = {}): FedctlError {
  return new FedctlError('federation.exists', `${file} exists already and is not overwritten`, {
    ...options,
    suggestions: ['edit that file', 'or move it away, then run the same command again'],
  })
}
