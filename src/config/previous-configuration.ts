import {readdir, rm, stat} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'

import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readText, statIfExists, writeWhole} from '../system/files.js'
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
  await rm(to, {force: true, recursive: true})
  const entries = await readdir(from, {recursive: true, withFileTypes: true})
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const source = join(entry.parentPath, entry.name)
    const {mode} = await stat(source)
    await writeWhole(join(to, relative(from, source)), withoutInitialManagement(await readText(source)), {
      mode: mode & 0o777,
    })
  }
}
