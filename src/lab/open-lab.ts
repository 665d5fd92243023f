import {resolve} from 'node:path'

import {loadFederation} from '../federation/load.js'
import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {type LabRecord, requireLab} from './lab-record.js'

/** The lab of a folder. @throws FedctlError `lab.missing`, `workspace.invalid`, and what `loadFederation` throws. */
export async function openLab(directory: string): Promise<{federation: Federation; record: LabRecord}> {
  const record = await requireLab(directory)
  return {federation: await loadFederation(workspacePaths(resolve(directory)).federationFile), record}
}
