import {type FileHandle, open} from 'node:fs/promises'
import {dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Clock} from '../system/clock.js'
import {makeFolder, readIfExists, unwritable} from '../system/files.js'
import {userName} from '../system/user-name.js'
import {workspacePaths} from './workspace.js'

/** One line of the journal. It holds summaries, never contents or secrets. */
export interface JournalEntry {
  readonly at: string
  readonly change?: string
  readonly event:
    | 'change-announced'
    | 'change-done'
    | 'change-shown'
    | 'run-done'
    | 'run-failed'
    | 'run-started'
    | 'step-done'
    | 'step-failed'
    | 'step-started'
  readonly host?: string
  readonly message?: string
  readonly pid: number
  /** What runs: the id of a runbook, such as `bootstrap secondary dc2`, or a command, such as `acl apply`. */
  readonly runbook: string
  readonly step?: string
  readonly user: string
}

export type JournalFact = Pick<JournalEntry, 'change' | 'event' | 'host' | 'message' | 'step'>

/** Who did what, when. Each line is on the disk before what it announces happens. */
export interface Journal {
  append(fact: JournalFact): Promise<void>
}

/** For what changes nothing. */
export const unwrittenJournal: Journal = {append: () => Promise.resolve()}

/** @throws FedctlError `file.unwritable`. */
export function openJournal(
  workspace: string,
  runbook: JournalEntry['runbook'],
  {clock, redact}: {clock: Clock; redact: (text: string) => string},
): Journal {
  const path = workspacePaths(workspace).journal
  const user = userName()
  return {
    async append(fact) {
      const entry: JournalEntry = {...fact, at: clock.now().toISOString(), pid: process.pid, runbook, user}
      try {
        await makeFolder(dirname(path))
        const file = await open(path, 'a+', 0o600)
        try {
          // A line that a crash cut off must not swallow this one.
          await file.appendFile(`${(await isCutOff(file)) ? '\n' : ''}${redact(JSON.stringify(entry))}\n`)
          await file.sync()
        } finally {
          await file.close()
        }
      } catch (error) {
        throw unwritable(path, error)
      }
    },
  }
}

/** Does something with a line before it and one after it. @throws What `work` throws, after a line that says so. */
export async function journalledRun<T>(journal: Journal, work: () => Promise<T>): Promise<T> {
  await journal.append({event: 'run-started'})
  try {
    const result = await work()
    await journal.append({event: 'run-done'})
    return result
  } catch (error) {
    // Wrong usage has begun nothing that somebody could go on with.
    const event = error instanceof FedctlError && error.code === 'usage' ? 'run-done' : 'run-failed'
    // What failed may be the disk that the journal is on.
    await journal.append({event, message: failureText(error)}).catch(() => undefined)
    throw error
  }
}

/** Makes a change that is announced before and noted after it. */
export async function journalledChange<T>(journal: Journal, change: string, work: () => Promise<T>): Promise<T> {
  await journal.append({change, event: 'change-announced'})
  const result = await work()
  await journal.append({change, event: 'change-done'})
  return result
}

/** How the journal puts an error. */
export function failureText(error: unknown): string {
  return error instanceof FedctlError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error)
}

async function isCutOff(file: FileHandle): Promise<boolean> {
  const {size} = await file.stat()
  if (size === 0) return false
  const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString('utf8') !== '\n'
}

/** @returns All whole entries, oldest first; a line that a crash cut off is left out. */
export async function readJournal(workspace: string): Promise<JournalEntry[]> {
  const content = await readIfExists(workspacePaths(workspace).journal)
  return (content?.toString('utf8').split('\n') ?? []).flatMap((line) => {
    const entry = parsed(line)
    return entry ? [entry] : []
  })
}

function parsed(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry> | null
    return entry?.at && entry.event && entry.runbook ? (entry as JournalEntry) : undefined
  } catch {
    return undefined
  }
}
