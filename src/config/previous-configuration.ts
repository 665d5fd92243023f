import {chmod, cp, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists, statIfExists, unwritable, writeWhole} from '../system/files.js'
import {withoutInitialManagement} from './initial-management.js'
import {renderedPaths} from './node-layout.js'

/** Where the configuration lies with which an agent ran before its last change, and where it belongs. Absolute paths. */
export function previousConfiguration(federation: Federation, agent: Agent) {
  const node = workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name)
  const current = join(node, dirname(renderedPaths(agent).configFile))
  return {current, previous: `${current}.previous`}
}

/** Keeps the configuration of an agent as it lies in `rendered/` beside it, without the initial management token. @throws FedctlError `file.unwritable`. */
export async function keepConfiguration(federation: Federation, agent: Agent): Promise<void> {
  const {current, previous} = previousConfiguration(federation, agent)
  await replaceFolder(current, previous)
  const configFile = join(previous, basename(renderedPaths(agent).configFile))
  const text = (await readIfExists(configFile))?.toString('utf8')
  if (text !== undefined) await writeWhole(configFile, withoutInitialManagement(text), {mode: 0o600})
}

/**
 * Puts the kept configuration back into `rendered/`.
 * @returns False where none was kept. @throws FedctlError `file.unwritable`.
 */
export async function restoreConfiguration(federation: Federation, agent: Agent): Promise<boolean> {
  const {current, previous} = previousConfiguration(federation, agent)
  if (!(await statIfExists(previous))) return false
  await replaceFolder(previous, current)
  return true
}

async function replaceFolder(from: string, to: string): Promise<void> {
  try {
    await rm(to, {force: true, recursive: true})
    await cp(from, to, {preserveTimestamps: true, recursive: true})
    await chmod(to, 0o700)
  } catch (error) {
    throw unwritable(to, error)
  }
}
