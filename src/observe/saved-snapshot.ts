import {dirname, join} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {readText, statIfExists, writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import {type Observation, observations} from './observation.js'
import type {ServerView, Snapshot} from './snapshot.js'

/** Grows where an older fedctl would misread a snapshot. What is only added stands in `observed`, and its absence is no fault. */
const schemaVersion = 1

/** Writes a snapshot as JSON (0600: it names every address of a federation). @throws FedctlError `file.unwritable`. */
export async function saveSnapshot(snapshot: Snapshot, path: string): Promise<void> {
  await writeWhole(path, `${JSON.stringify(snapshot, undefined, 2)}\n`)
}

/**
 * Refuses a file in a folder that is not there, which is taken for a slip, and what is no file: a snapshot takes the place of what has its name, and
 * a device must not be replaced by it.
 * @throws FedctlError `file.unwritable`.
 */
export async function requirePlaceFor(path: string): Promise<void> {
  const folder = dirname(path)
  const there = await statIfExists(path)
  if (there && !there.isFile()) {
    const what = there.isDirectory() ? 'a folder' : 'a device or a pipe'
    const named = there.isDirectory() ? join(path, 'snapshot.json') : 'snapshot.json'
    throw new FedctlError('file.unwritable', `cannot write ${path}: it is ${what}`, {
      suggestions: [`name a file, such as ${forShell(named)}`],
    })
  }
  if (await statIfExists(folder)) return
  throw new FedctlError('file.unwritable', `cannot write ${path}: there is no folder ${folder}`, {
    suggestions: [`name another file, or make the folder: mkdir -p ${forShell(folder)}`],
  })
}

/**
 * @returns The snapshot in that file. One of an older fedctl says in `observed` what that one could ask for.
 * @throws FedctlError `file.unreadable`, or `snapshot.invalid` that says what is wrong with it.
 */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  const {snapshotSchema} = await import('./snapshot-schema.js')
  if ((await statIfExists(path))?.isDirectory()) throw invalid(path, 'it is a folder; name the file in it')
  const content = parsed(path, await readText(path))
  refuseReport(path, content)
  requireVersion(path, content)
  const result = snapshotSchema.safeParse(content)
  if (result.success) return {...result.data, observed: result.data.observed ?? observedBefore(result.data)}
  const [issue] = result.error.issues
  const where = issue ? `${issue.path.join('.') || 'at the top'}: ${issue.message}` : 'it has another shape'
  throw invalid(path, `${where} (written by ${writerOf(content)})`)
}

/** A report of verify is taken for a snapshot easily: both are JSON, and both come of verify. */
function refuseReport(path: string, content: unknown): void {
  const {checks, servers} = (content ?? {}) as {checks?: unknown; servers?: unknown}
  if (servers !== undefined || !Array.isArray(checks)) return
  throw new FedctlError(
    'snapshot.invalid',
    `${path} is a report of fedctl verify, and not a snapshot: it holds what was found, not what was observed`,
    {
      suggestions: ['give the file that --save-snapshot wrote in that run', takeAnother],
    },
  )
}

function requireVersion(path: string, content: unknown): void {
  const version = (content as {schemaVersion?: unknown} | null)?.schemaVersion
  if (version === schemaVersion) return
  if (version === undefined) throw invalid(path, 'it names no schemaVersion')
  const reason = `its schemaVersion is ${JSON.stringify(version)}, and this fedctl reads ${schemaVersion}`
  if (typeof version !== 'number' || version < schemaVersion) throw invalid(path, reason)
  throw new FedctlError('snapshot.invalid', `${path} is a snapshot of a newer fedctl: ${reason}`, {
    suggestions: [`judge it with ${writerOf(content)} or a newer one`, takeAnother],
  })
}

/** What could not be asked for before snapshots named what they were asked for. */
const laterPart: Partial<Record<Observation, keyof ServerView>> = {
  'anonymous-rights': 'anonymousRights',
  'config-entries': 'configEntries',
  'gateway-token': 'anonymousRights',
  'gossip-keys': 'gossipKeys',
  'replication-token': 'anonymousRights',
}

function observedBefore({servers}: Snapshot): Observation[] {
  const isThere = (part: keyof ServerView) => Object.values(servers).some((view) => view[part] !== undefined)
  return observations.filter((observation) => {
    const part = laterPart[observation]
    return part === undefined || isThere(part)
  })
}

function writerOf(content: unknown): string {
  const version = (content as {fedctlVersion?: unknown}).fedctlVersion
  return typeof version === 'string' && version.length < 40 ? `fedctl ${version}` : 'another fedctl'
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What saveSnapshot writes begins so; an empty file may be the beginning of anything.
    const isBeginning = text === '' || text.startsWith('{')
    throw invalid(path, isBeginning ? 'it is not valid JSON, and may not be whole' : 'it is not JSON')
  }
}

const takeAnother = 'make a new one with fedctl verify --save-snapshot FILE'

function invalid(path: string, reason: string): FedctlError {
  return new FedctlError('snapshot.invalid', `${path} is not a snapshot that can be read: ${reason}`, {
    suggestions: [takeAnother],
  })
}
