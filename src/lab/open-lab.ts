import {resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {loadFederation} from '../federation/load.js'
import type {Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {statIfExists} from '../system/files.js'
import {type LabRecord, readLabRecord} from './lab-record.js'

export interface OpenLab {
  readonly federation: Federation
  /** Undefined for a workspace that somebody wrote, whose nodes are all on this machine. */
  readonly record: LabRecord | undefined
}

/**
 * The federation on this machine whose workspace a folder is: a lab, or one with `local` hosts only.
 * @throws FedctlError `lab.missing`, `workspace.invalid`, and what `loadFederation` throws.
 */
export async function openLab(directory: string): Promise<OpenLab> {
  const record = await readLabRecord(directory)
  const file = workspacePaths(resolve(directory)).federationFile
  if (!record && !(await statIfExists(file))) throw noLab(`there is no lab in ${directory}`)
  const federation = await loadFederation(file)
  const elsewhere = federation.datacenters
    .flatMap((datacenter) => [...agentsOf(datacenter), ...datacenter.gateways])
    .find(({host}) => host !== 'local')
  if (elsewhere) throw noLab(`${directory} is no lab: ${elsewhere.id} is on another machine`)
  return {federation, record}
}

/** @throws FedctlError `lab.missing` for a folder that `lab up` did not make. */
export function requireRecord({record}: OpenLab, directory: string): LabRecord {
  if (record) return record
  throw noLab(`\`fedctl lab up\` has not made ${directory}`)
}

function noLab(message: string): FedctlError {
  return new FedctlError('lab.missing', message, {
    suggestions: ['fedctl lab up', 'name the folder of the lab with --dir'],
  })
}
