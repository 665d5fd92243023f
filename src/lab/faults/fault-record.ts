import {readdir, rm, stat} from 'node:fs/promises'
import {join, relative} from 'node:path'

import {z} from 'zod'

import {readRecord} from '../../federation/record.js'
import {workspacePaths} from '../../federation/workspace.js'
import {
  isErrno,
  readIfExists,
  removeIfExists,
  statIfExists,
  unreadable,
  unwritable,
  writeWhole,
} from '../../system/files.js'

const schema = z.object({
  fault: z.string(),
  /** Absent in records of older versions. */
  isMade: z.boolean().optional(),
  schemaVersion: z.literal(1),
  since: z.string(),
})

/** The fault that a lab has. It is on disk before anything is broken, and until everything is mended. */
export type FaultRecord = Readonly<z.infer<typeof schema>>

/** @returns The fault of the lab in a workspace, if it has one. @throws FedctlError `workspace.invalid` where the record is damaged. */
export async function readFaultRecord(workspace: string): Promise<FaultRecord | undefined> {
  return readRecord({
    parse: (value) => schema.parse(value),
    path: recordPath(workspace),
    suggestions: ['remove the lab and make it anew: fedctl lab down --purge, then fedctl lab up'],
  })
}

/** Notes a fault before it is made; files kept by an earlier one go. @throws FedctlError `file.unwritable`. */
export async function noteFault(workspace: string, fault: string, now: Date): Promise<FaultRecord> {
  await removeFolder(keptFolder(workspace))
  const record: FaultRecord = {fault, isMade: false, schemaVersion: 1, since: now.toISOString()}
  await write(workspace, record)
  return record
}

/** Notes that a fault is whole. @throws FedctlError `file.unwritable`. */
export async function noteMade(workspace: string, record: FaultRecord): Promise<void> {
  await write(workspace, {...record, isMade: true})
}

/** Forgets a fault that is mended, the record last. @throws FedctlError `file.unwritable`. */
export async function forgetFault(workspace: string): Promise<void> {
  await removeFolder(keptFolder(workspace))
  await removeIfExists(recordPath(workspace))
}

/** Keeps a file of the workspace as it is; one that is kept already stays as it was first. @throws FedctlError `file.unwritable`. */
export async function keepFile(workspace: string, path: string): Promise<void> {
  const kept = join(keptFolder(workspace), relative(workspace, path))
  if (await statIfExists(kept)) return
  const content = await readIfExists(path)
  if (content) await writeWhole(kept, content, {mode: await modeOf(path)})
}

/** Puts every kept file back where it was. @throws FedctlError `file.unwritable`. */
export async function putBack(workspace: string): Promise<void> {
  const folder = keptFolder(workspace)
  for (const kept of await filesBelow(folder)) {
    const content = await readIfExists(kept)
    if (content) await writeWhole(join(workspace, relative(folder, kept)), content, {mode: await modeOf(kept)})
  }
}

async function write(workspace: string, record: FaultRecord): Promise<void> {
  await writeWhole(recordPath(workspace), `${JSON.stringify(record)}\n`)
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return entries.filter((entry) => entry.isFile()).map(({name, parentPath}) => join(parentPath, name))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(folder, error)
  }
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, {force: true, recursive: true})
  } catch (error) {
    throw unwritable(path, error)
  }
}

function recordPath(workspace: string): string {
  return join(workspacePaths(workspace).state, 'fault.json')
}

/** Files as they were, at the paths that they have in the workspace. */
function keptFolder(workspace: string): string {
  return join(workspacePaths(workspace).state, 'kept')
}
