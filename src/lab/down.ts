import {readdir, rm, rmdir} from 'node:fs/promises'
import {join} from 'node:path'

import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {localProcess} from '../hosts/local-process.js'
import {stopProcess} from '../system/background-process.js'
import {removeIfExists} from '../system/files.js'
import type {Ports} from '../system/ports.js'
import {removeNetwork} from './isolation/network.js'
import {labRecordPath} from './lab-record.js'
import {nodesWithPidFile} from './run-folder.js'

const graceMs = 10_000

/**
 * Ends every process that has a pid file in the workspace, by that and by its start time: gateways first, then client agents, then servers,
 * and then nodes that the federation file does not name. The networks of an isolated lab go after them. What was ended so is to be started by the runbooks, as if it had never run.
 * @param federation undefined where the file is missing or not valid.
 * @returns Ids of those that ran. @throws FedctlError `process.failed` where one does not end, and the reason of the signal.
 */
export async function stopLab(
  workspace: string,
  federation: Federation | undefined,
  ports: Pick<Ports, 'clock' | 'env' | 'signal'>,
): Promise<string[]> {
  const {clock, signal} = ports
  const stopped: string[] = []
  for (const group of inOrder(await nodesWithPidFile(workspace), federation)) {
    const ended = await Promise.all(
      group.map(async (id) => {
        const {digestFile, pidFile} = localProcess({workspace}, id)
        const hasRun = await stopProcess(pidFile, {clock, graceMs, name: id, signal})
        await removeIfExists(digestFile)
        return hasRun ? [id] : []
      }),
    )
    stopped.push(...ended.flat())
  }
  await removeNetwork(workspace, ports)
  return stopped
}

function inOrder(nodes: readonly string[], federation: Federation | undefined): string[][] {
  const datacenters = federation?.datacenters ?? []
  const known = [
    datacenters.flatMap(({gateways}) => gateways.map(({id}) => id)),
    datacenters.flatMap(({clients}) => clients.map(({id}) => id)),
    datacenters.flatMap(({servers}) => servers.map(({id}) => id)),
  ]
  const others = nodes.filter((node) => !known.flat().includes(node))
  return [...known.map((group) => group.filter((id) => nodes.includes(id))), others]
}

/**
 * Removes what a lab made in its folder, and nothing else, while the lock is held.
 * The record that says this is a lab goes last: an interrupted purge can be run again.
 */
export async function purgeLab(workspace: string): Promise<void> {
  const paths = workspacePaths(workspace)
  const record = labRecordPath(workspace)
  const inState = (await readdir(paths.state)).map((name) => join(paths.state, name))
  const others = inState.filter((path) => path !== record && !path.startsWith(paths.lock))
  const made = [paths.pki, join(paths.root, 'rendered'), paths.federationFile, paths.gitignore, ...others, record]
  for (const path of made) await rm(path, {force: true, maxRetries: 3, recursive: true})
}

/** Removes the folders of a purged lab once its lock is released, where nothing is in them: neither another run's lock nor anything of the user. */
export async function removeEmptyFolders(workspace: string): Promise<void> {
  for (const folder of [workspacePaths(workspace).state, workspace]) await rmdir(folder).catch(() => undefined)
}
