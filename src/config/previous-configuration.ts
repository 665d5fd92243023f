import {rename, rm} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'

import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readText, statIfExists, unwritable, writeWhole} from '../system/files.js'
import {withoutInitialManagement} from './initial-management.js'
import {renderedPaths} from './node-layout.js'

/** Where the configuration lies with which an agent ran before its last change, and where it belongs. Absolute paths. */
export function previousConfiguration(federation: Federation, agent: Agent) {
  const node = workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name)
  const current = join(node, dirname(renderedPaths(agent).configFile))
  return {current, previous: `${current}.previous`}
}

/**
 * Keeps the configuration of an agent as it lies in `rendered/` beside it, without the initial management token. What was kept before stays whole
 * until the new one is. @throws FedctlError `file.unreadable`, `file.unwritable`.
 */
export async function keepConfiguration(federation: Federation, agent: Agent): Promise<void> {
  const {current, previous} = previousConfiguration(federation, agent)
  const [fresh, old] = [`${previous}.new`, `${previous}.old`]
  await removeFolder(fresh)
  await removeFolder(old)
  await copyRendered(agent, current, fresh)
  try {
    if (await statIfExists(previous)) await rename(previous, old)
    if (await statIfExists(fresh)) await rename(fresh, previous)
  } catch (error) {
    throw unwritable(previous, error)
  }
  await removeFolder(old)
}

/**
 * Puts the kept configuration back into `rendered/`; whatever else lies there stays.
 * @returns False where none was kept. @throws FedctlError `file.unreadable`, `file.unwritable`.
 */
export async function restoreConfiguration(federation: Federation, agent: Agent): Promise<boolean> {
  const {current, previous} = previousConfiguration(federation, agent)
  if (!(await statIfExists(previous))) return false
  await copyRendered(agent, previous, current)
  return true
}

/** Copies those files that fedctl has rendered, each whole or not at all. */
async function copyRendered(agent: Agent, from: string, to: string): Promise<void> {
  const {caFile, certFile, configFile, keyFile} = renderedPaths(agent)
  for (const path of [configFile, caFile, certFile, keyFile]) {
    const name = relative(dirname(configFile), path)
    const found = await statIfExists(join(from, name))
    if (!found) continue
    const content = withoutInitialManagement(await readText(join(from, name)))
    await writeWhole(join(to, name), content, {mode: found.mode & 0o777})
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, {force: true, recursive: true})
  } catch (error) {
    throw unwritable(path, error)
  }
}
