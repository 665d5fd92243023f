import {FedctlError} from '../errors/fedctl-error.js'
import {readIfExists} from '../system/files.js'

/** What is kept as one JSON value in a file of the workspace. */
export interface RecordFile<T> {
  /** Throws where the value has another shape. */
  readonly parse: (value: unknown) => T
  readonly path: string
  /** What to do where it is damaged. */
  readonly suggestions: readonly string[]
}

/**
 * @returns What the file holds, or undefined where there is none.
 * @throws FedctlError `workspace.invalid` where it is damaged, without the reason, since a JSON error quotes what it could not read; `file.unreadable`.
 */
export async function readRecord<T>({parse, path, suggestions}: RecordFile<T>): Promise<T | undefined> {
  const content = await readIfExists(path)
  if (!content) return undefined
  try {
    return parse(JSON.parse(content.toString('utf8')))
  } catch {
    throw new FedctlError('workspace.invalid', `${path} is damaged`, {suggestions: [...suggestions]})
  }
}
