import {realpath} from 'node:fs/promises'
import {join, resolve} from 'node:path'

import {z} from 'zod'

import {FedctlError} from '../errors/fedctl-error.js'
import {readRecord} from '../federation/record.js'
import {workspacePaths} from '../federation/workspace.js'
import {statIfExists, writeWhole} from '../system/files.js'
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
  /** Absolute path of the folder in which it was made. Absent in records of older versions. */
  workspace: z.string().optional(),
})

/** What marks a folder as a lab; written before anything else of it. */
export type LabRecord = z.infer<typeof schema> & {readonly options: LabOptions}

/** @returns Where the record of a lab lies, an absolute path. */
export function labRecordPath(directory: string): string {
  return join(workspacePaths(resolve(directory)).state, 'lab.json')
}

/**
 * @returns The record, or undefined where the folder is no lab.
 * @throws FedctlError `workspace.invalid` where it is damaged, `lab.copied` where the folder is a copy of a lab that is still there.
 */
export async function readLabRecord(directory: string): Promise<LabRecord | undefined> {
  const record = await readRecord({
    parse: (value): LabRecord => schema.parse(value),
    path: labRecordPath(directory),
    suggestions: [
      `restore that file from a backup`,
      `or remove it, and end what runs: fedctl lab down --dir ${forShell(directory)}; then make a lab in another folder`,
    ],
  })
  if (record) await refuseCopy(record, directory)
  return record
}

/** The pid files and namespaces of a copy are those of the lab that it was copied from. A lab that was moved has nothing beside it. */
async function refuseCopy({workspace}: LabRecord, directory: string): Promise<void> {
  if (workspace === undefined || !(await statIfExists(labRecordPath(workspace)))) return
  if ((await realpath(workspace)) === (await realpath(directory))) return
  const [original, copy] = [workspace, directory].map(forShell)
  throw new FedctlError(
    'lab.copied',
    `${directory} is a copy of the lab in ${workspace}: its processes and networks are those of that one`,
    {
      suggestions: [
        `work with that one, such as: fedctl lab status --dir ${original}`,
        `to have another lab, make one in a new folder: fedctl lab up --dir DIR`,
        `where the copy is not needed: rm -r ${copy}`,
      ],
    },
  )
}

/** @throws FedctlError `file.unwritable`. */
export async function writeLabRecord(directory: string, record: LabRecord): Promise<void> {
  await writeWhole(labRecordPath(directory), `${JSON.stringify(record, undefined, 2)}\n`)
}
