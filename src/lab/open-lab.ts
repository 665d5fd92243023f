import {dirname, resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {loadFederation} from '../federation/load.js'
import type {Agent, Federation, Gateway} from '../federation/model.js'
import {federationFilesNear} from '../federation/nearby.js'
import {agentsOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {statIfExists} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import {type LabRecord, readLabRecord} from './lab-record.js'

export interface OpenLab {
  readonly federation: Federation
  /** Undefined for a workspace that somebody wrote, whose agents are all on this machine. */
  readonly record: LabRecord | undefined
}

/**
 * The federation on this machine whose workspace a folder is: a lab, or one with `local` agents only. Its gateways may be the work of others, such as HAProxy.
 * @throws FedctlError `lab.missing`, `workspace.invalid`, and what `loadFederation` throws.
 */
export async function openLab(directory: string): Promise<OpenLab> {
  const lab = await openAny(directory)
  refuseElsewhere(lab.federation.datacenters.flatMap(agentsOf), directory)
  return lab
}

async function openAny(directory: string): Promise<OpenLab> {
  const record = await readLabRecord(directory)
  const file = workspacePaths(resolve(directory)).federationFile
  if (!record && !(await statIfExists(file))) {
    throw noLab(`there is no lab in ${directory}`, (await federationFilesNear('.')).map(dirname))
  }
  return {federation: await (record ? loadFederationOf(directory, file) : loadFederation(file)), record}
}

function refuseElsewhere(nodes: readonly (Agent | Gateway)[], directory: string): void {
  const elsewhere = nodes.find(({host}) => host !== 'local')
  if (elsewhere) throw noLab(`${directory} is no lab: ${elsewhere.id} is on another machine`)
}

/**
 * The lab of a folder, where everything may be broken: one that `lab up` made, gateways included. In a workspace that somebody wrote, tokens and certificates would be lost.
 * @throws FedctlError as `openLab`, and `lab.missing` for such a workspace.
 */
export async function openLabToBreak(directory: string): Promise<OpenLab & {readonly record: LabRecord}> {
  const {federation, record} = await openLab(directory)
  if (!record) throw noLab(`\`fedctl lab up\` has not made ${directory}, and nothing else is broken on purpose`)
  refuseElsewhere(
    federation.datacenters.flatMap(({gateways}) => gateways),
    directory,
  )
  return {federation, record}
}

/** What is needed to end a lab, whatever became of its federation file. */
export interface LabToStop {
  /** Undefined where the file is missing or not valid. */
  readonly federation: Federation | undefined
  readonly workspace: string
}

/**
 * The lab of a folder as `openLab` has it; one that `lab up` made also where its federation file cannot be used, and a workspace of which only a part is on
 * this machine, so that this part can be ended.
 * @param purge whether everything is to be removed, which only what `lab up` made may be.
 * @throws FedctlError `lab.missing`, `workspace.invalid`, and for a workspace that somebody wrote what `loadFederation` throws.
 */
export async function openLabToStop(directory: string, purge: boolean): Promise<LabToStop> {
  const workspace = resolve(directory)
  if (await readLabRecord(directory)) {
    return {federation: await loadIfUsable(workspacePaths(workspace).federationFile), workspace}
  }
  const {federation} = await openAny(directory)
  if (nodesOf(federation).every(({host}) => host !== 'local'))
    throw noLab(`${directory} is no lab: nothing of it is on this machine (host: local)`)
  if (purge) throw noLab(`\`fedctl lab up\` has not made ${directory}`)
  return {federation, workspace: federation.workspace}
}

/** Ids of the agents and gateways that fedctl does not start, and does not end. */
export function nodesElsewhere(federation: Federation | undefined): string[] {
  return federation ? nodesOf(federation).flatMap(({host, id}) => (host === 'local' ? [] : [id])) : []
}

function nodesOf({datacenters}: Federation): (Agent | Gateway)[] {
  return datacenters.flatMap((datacenter) => [...agentsOf(datacenter), ...datacenter.gateways])
}

async function loadIfUsable(file: string): Promise<Federation | undefined> {
  try {
    return await loadFederation(file)
  } catch (error) {
    if (error instanceof FedctlError) return undefined
    throw error
  }
}

/** A lab can be removed and made anew, which helps where its file cannot be mended. */
async function loadFederationOf(directory: string, file: string): Promise<Federation> {
  try {
    return await loadFederation(file)
  } catch (error) {
    if (!(error instanceof FedctlError)) throw error
    const {code, message, suggestions} = error
    const folder = forShell(directory)
    const mend = code === 'federation.not-found' ? [`write the file anew: fedctl lab up --dir ${folder}`] : suggestions
    throw new FedctlError(code, message, {
      cause: error,
      suggestions: [...mend, `or remove the lab: fedctl lab down --purge --dir ${folder}`],
    })
  }
}

/** @param near workspaces that may be meant, relative to the current folder. */
function noLab(message: string, near: readonly string[] = []): FedctlError {
  const named = near.map((folder) => `there is a workspace here: --dir ${forShell(folder)}`)
  return new FedctlError('lab.missing', message, {
    suggestions: [...named, 'fedctl lab up', 'name the folder of the lab with --dir'],
  })
}
