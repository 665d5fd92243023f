import {readdir} from 'node:fs/promises'
import {basename, resolve} from 'node:path'

import type {ConsulBinary} from '../consul/binary.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {loadFederation} from '../federation/load.js'
import type {Federation} from '../federation/model.js'
import {createWorkspace} from '../federation/new-workspace.js'
import {workspacePaths} from '../federation/workspace.js'
import {isErrno, statIfExists, unreadable} from '../system/files.js'
import type {Ports} from '../system/ports.js'
import {isUnused, possibleBlocks, reserveBlock, reserveFreeBlock} from './address-block.js'
import {labDraft} from './draft.js'
import {isUnrouted, requireUnroutedBlock} from './isolation/network.js'
import {type LabRecord, readLabRecord, writeLabRecord} from './lab-record.js'
import {isolatedLayout, labLayout} from './layout.js'
import {labDefaults, type LabOptions, requirePossible, requireSameOptions} from './options.js'
import {labStatus} from './status.js'

export interface PreparedLab {
  readonly federation: Federation
  readonly record: LabRecord
  /** Lets other labs have the addresses that were reserved while this one comes up. */
  release(): Promise<void>
}

export interface LabRequest {
  readonly consul: ConsulBinary
  readonly directory: string
  readonly now: Date
  readonly platform: NodeJS.Platform
  readonly ports: Pick<Ports, 'env' | 'signal'>
  /** What was asked for; the rest is what the folder's lab has, or the defaults. */
  readonly wanted: Partial<LabOptions>
}

/**
 * Looks whether a lab can be in a folder, before anything is made there.
 * @returns The record of the lab that is there, if one is.
 * @throws FedctlError `lab.leftover` for a folder that holds something else, `usage` for one that holds another lab.
 */
export async function requireLabFolder(directory: string, wanted: Partial<LabOptions>): Promise<LabRecord | undefined> {
  const there = await readLabRecord(directory)
  if (there) requireSameOptions(wanted, there.options, directory)
  else await requireEmpty(directory)
  return there
}

/**
 * The lab of a folder: the one that is there, or a new one with its federation file. Starts nothing.
 * @throws FedctlError as `requireLabFolder`.
 */
export async function prepareLab(request: LabRequest): Promise<PreparedLab> {
  const {directory, platform, ports, wanted} = request
  const there = await requireLabFolder(directory, wanted)
  if (there) return openExisting(there, request)
  const options = {...labDefaults, ...given(wanted)}
  requirePossible(options)
  if (options.isolate) await requireUnroutedBlock(possibleBlocks, ports)
  const reserved = await reserveFreeBlock(directory, platform, (block) =>
    options.isolate ? isUnrouted(block, ports) : isUnused(block, platform),
  )
  try {
    const record: LabRecord = {
      block: reserved.block,
      consul: request.consul.path,
      consulVersion: request.consul.version,
      createdAt: request.now.toISOString(),
      options,
      schemaVersion: 1,
      workspace: resolve(directory),
    }
    await writeLabRecord(directory, record)
    return {federation: await federationOf(directory, record, request), record, release: () => reserved.release()}
  } catch (error) {
    await reserved.release()
    throw error
  }
}

async function openExisting(record: LabRecord, request: LabRequest): Promise<PreparedLab> {
  // Nobody else can have the addresses of a lab that runs.
  const running = await openRunning(record, request)
  if (running) return running
  const reserved = await reserveBlock(record.block, request.platform)
  try {
    const federation = await federationOf(request.directory, record, request)
    return {federation, record, release: () => reserved.release()}
  } catch (error) {
    await reserved.release()
    throw error
  }
}

async function openRunning(record: LabRecord, {directory}: LabRequest): Promise<PreparedLab | undefined> {
  const file = workspacePaths(resolve(directory)).federationFile
  if (!(await statIfExists(file))) return undefined
  const federation = await loadFederation(file)
  const {state} = await labStatus(federation)
  return state === 'up' ? {federation, record, release: () => Promise.resolve()} : undefined
}

/** The file is written from the record, so a run that was killed in between comes to the same one. */
async function federationOf(directory: string, record: LabRecord, {platform}: LabRequest): Promise<Federation> {
  const file = workspacePaths(resolve(directory)).federationFile
  if (await statIfExists(file)) return loadFederation(file)
  const {block, consulVersion, options} = record
  const layout = options.isolate ? isolatedLayout(block) : labLayout(block, platform)
  const draft = labDraft(options, layout, consulVersion)
  return (await createWorkspace(file, draft)).federation
}

async function requireEmpty(directory: string): Promise<void> {
  // A run that was killed early leaves the folder of its lock.
  const found = (await contentsOf(directory)).filter((name) => name !== basename(workspacePaths(directory).state))
  if (found.length === 0) return
  const some = found.slice(0, 3).join(', ')
  throw new FedctlError('lab.leftover', `${directory} is not empty (${some}) and holds no lab`, {
    suggestions: ['name another folder with --dir', 'or empty that folder, if nothing in it is needed'],
  })
}

async function contentsOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(directory, error)
  }
}

function given(wanted: Partial<LabOptions>): Partial<LabOptions> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}
