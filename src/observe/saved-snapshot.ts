import {dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {readText, statIfExists, writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import type {Snapshot} from './snapshot.js'

const schemaVersion = 1

/** Writes a snapshot as JSON (0600: it names every address of a federation). @throws FedctlError `file.unwritable`. */
export async function saveSnapshot(snapshot: Snapshot, path: string): Promise<void> {
  await writeWhole(path, `${JSON.stringify(snapshot, undefined, 2)}\n`)
}

/** Refuses a file in a folder that is not there: it is taken for a slip, not made. @throws FedctlError `file.unwritable`. */
export async function requireFolderOf(path: string): Promise<void> {
  const folder = dirname(path)
  if (await statIfExists(folder)) return
  throw new FedctlError('file.unwritable', `cannot write ${path}: there is no folder ${folder}`, {
    suggestions: [`name another file, or make the folder: mkdir -p ${forShell(folder)}`],
  })
}

/** @returns The snapshot in that file. @throws FedctlError `file.unreadable`, or `snapshot.invalid` that says what is wrong with it. */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  const {snapshotSchema} = await import('./snapshot-schema.js')
  const content = parsed(path, await readText(path))
  const version = (content as {schemaVersion?: unknown} | null)?.schemaVersion
  if (version !== schemaVersion) {
    const found =
      version === undefined ? 'it names no schemaVersion' : `its schemaVersion is ${JSON.stringify(version)}`
    throw invalid(path, `${found}, and this fedctl reads ${schemaVersion}`)
  }
  const result = snapshotSchema.safeParse(content)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalid(path, issue ? `${issue.path.join('.') || 'at the top'}: ${issue.message}` : 'it has another shape')
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(path, 'it is not JSON')
  }
}

function invalid(path: string, reason: string): FedctlError {
  return new FedctlError('snapshot.invalid', `${path} is not a snapshot that can be read: ${reason}`, {
    suggestions: ['make a new one with fedctl verify --save-snapshot FILE'],
  })
}
