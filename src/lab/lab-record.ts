import {join, resolve} from 'node:path'

import {z} from 'zod'

import {FedctlError} from '../errors/fedctl-error.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists, writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import {type LabOptions, labOptionsSchema} from './options.js'

const schema = z.object({
  block: z.int(),
  /** Path of the consul binary that runs it. */
  consul: z.string(),
  consulVersion: z.string(),
  createdAt: z.string(),
  options: labOptionsSchema,
  schemaVersion: z.literal(1),
})

/** What marks a folder as a lab; written before anything else of it. */
export type LabRecord = z.infer<typeof schema> & {readonly options: LabOptions}

/** @returns Where the record of a lab lies, an absolute path. */
export function labRecordPath(directory: string): string {
  return join(workspacePaths(resolve(directory)).state, 'lab.json')
}

/** @returns The record, or undefined where the folder is no lab. @throws FedctlError `workspace.invalid` where it is damaged. */
export async function readLabRecord(directory: string): Promise<LabRecord | undefined> {
  const path = labRecordPath(directory)
  const content = await readIfExists(path)
  if (!content) return undefined
  try {
    return schema.parse(JSON.parse(content.toString('utf8')))
  } catch (error) {
    throw new FedctlError('workspace.invalid', `${path} is damaged`, {
      cause: error,
      suggestions: [
        `restore that file from a backup`,
        `or remove it, and end what runs: fedctl lab down --dir ${forShell(directory)}; then make a lab in another folder`,
      ],
    })
  }
}

/** @throws FedctlError `file.unwritable`. */
export async function writeLabRecord(directory: string, record: LabRecord): Promise<void> {
  await writeWhole(labRecordPath(directory), `${JSON.stringify(record, undefined, 2)}\n`)
}
