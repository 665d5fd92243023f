import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {readRecord} from '../federation/record.js'
import {workspacePaths} from '../federation/workspace.js'
import {isErrno, unreadable, writeWhole} from '../system/files.js'
import {entryBody, intentionBody} from './compare.js'
import {entryKey, type Grants, type Holdings, intentionKey} from './holdings.js'
import type {ExportIndex} from './export-index.js'
import {exportReadme} from './export-readme.js'
import {asHoldings, asIndex} from './export-shape.js'
import {exportedFileName} from './exported-file-name.js'

export interface Export {
  /** Absolute. */
  readonly folder: string
  readonly holdings: Holdings
  readonly index: ExportIndex
}

type Description = Omit<ExportIndex, 'schemaVersion'>

/**
 * Writes what a datacenter holds to a folder of its own in the workspace: one file for each thing, as Consul's API takes it back, 0600 in folders of 0700.
 * The index comes last: an export without one is not whole.
 * @throws FedctlError `file.unwritable`.
 */
export async function writeExport(
  {workspace}: Federation,
  holdings: Holdings,
  description: Description,
): Promise<Export> {
  const folder = join(workspacePaths(workspace).exports, description.datacenter, description.at.replaceAll(':', '-'))
  const index: ExportIndex = {...description, schemaVersion: 1}
  await writeWhole(join(folder, 'README.txt'), exportReadme(description))
  for (const {body, path} of exportedFiles(holdings)) await writeWhole(join(folder, path), json(body))
  await writeWhole(join(folder, 'holdings.json'), json(holdings))
  await writeWhole(join(folder, 'index.json'), json(index))
  return {folder, holdings, index}
}

/** Notes how far the move has come. @throws FedctlError `file.unwritable`. */
export async function noteMove({folder, index}: Export, change: Partial<ExportIndex>): Promise<void> {
  await writeWhole(join(folder, 'index.json'), json({...index, ...change}))
}

/** Where the account of a move is kept, as text for people. @param folder of the export. */
export function accountFile(folder: string): string {
  return join(folder, 'account.txt')
}

const written = {
  suggestions: ['restore that file from a backup; where the move of the datacenter has not begun, remove its folder'],
}

/**
 * The latest whole export of a datacenter, undefined where there is none. One that has an index and is damaged is never passed over for an older one.
 * @throws FedctlError `workspace.invalid`, `file.unreadable`.
 */
export async function latestExport({workspace}: Federation, datacenter: string): Promise<Export | undefined> {
  const root = join(workspacePaths(workspace).exports, datacenter)
  for (const name of (await foldersIn(root)).sort().reverse()) {
    const folder = join(root, name)
    const index = await readRecord({...written, parse: asIndex, path: join(folder, 'index.json')})
    if (!index) continue
    const path = join(folder, 'holdings.json')
    const holdings = await readRecord({...written, parse: asHoldings, path})
    if (!holdings)
      throw new FedctlError('workspace.invalid', `${path} is missing`, {suggestions: [...written.suggestions]})
    return {folder, holdings, index}
  }
  return undefined
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(path, error)
  }
}

function exportedFiles(holdings: Holdings): {body: unknown; path: string}[] {
  const {authMethods, bindingRules, entries, intentions, policies, roles, tokens} = holdings
  const files = <T>(kind: string, list: readonly T[], name: (item: T) => string, body: (item: T) => unknown) =>
    list.map((item) => ({body: body(item), path: join(kind, `${exportedFileName(name(item))}.json`)}))
  return [
    ...files(
      'policies',
      policies,
      ({Name}) => Name,
      ({Datacenters, Description, Name, Rules}) => ({
        Description,
        Name,
        Rules,
        ...(Datacenters && Datacenters.length > 0 ? {Datacenters} : {}),
      }),
    ),
    ...files(
      'roles',
      roles,
      ({Name}) => Name,
      ({Description, Name, ...role}) => ({Description, Name, ...grantsBody(role)}),
    ),
    ...files(
      'tokens',
      tokens,
      ({AccessorID}) => AccessorID,
      ({AccessorID, Description, ExpirationTime, Local, SecretID, ...token}) => ({
        AccessorID,
        Description,
        Local,
        SecretID,
        ...(ExpirationTime ? {ExpirationTime} : {}),
        ...grantsBody(token),
      }),
    ),
    ...files('config-entries', entries, entryKey, entryBody),
    ...files('intentions', intentions, intentionKey, intentionBody),
    ...files(
      'auth-methods',
      authMethods,
      ({Name = ''}) => Name,
      (method) => method,
    ),
    ...files(
      'binding-rules',
      bindingRules,
      ({ID = ''}) => ID,
      (rule) => rule,
    ),
  ]
}

/** Linked by name, since ids are of one datacenter. */
function grantsBody({NodeIdentities, Policies, Roles, ServiceIdentities, TemplatedPolicies}: Grants): object {
  const byName = (links: Grants['Policies']) => links?.map(({Name}) => ({Name}))
  const lists = {NodeIdentities, Policies: byName(Policies), Roles: byName(Roles), ServiceIdentities, TemplatedPolicies}
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list && list.length > 0))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
