import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {localProcess} from '../hosts/local-process.js'
import {stopProcess} from '../system/background-process.js'
import type {Clock} from '../system/clock.js'

const graceMs = 10_000

/**
 * Ends every process of a lab by pid file and start time: gateways first, then client agents, then servers.
 * @returns Ids of those that ran.
 */
export async function stopLab(federation: Federation, clock: Clock): Promise<string[]> {
  const {datacenters} = federation
  const groups = [
    datacenters.flatMap(({gateways}) => gateways),
    datacenters.flatMap(({clients}) => clients),
    datacenters.flatMap(({servers}) => servers),
  ]
  const stopped: string[] = []
  for (const group of groups) {
    const ended = await Promise.all(
      group.map(async ({id}) =>
        (await stopProcess(localProcess(federation, id).pidFile, graceMs, clock)) ? [id] : [],
      ),
    )
    stopped.push(...ended.flat())
  }
  return stopped
}

/** Removes what a lab made in its folder, and nothing else; the folder itself too if it is empty then. */
export async function purgeLab(workspace: string): Promise<void> {
  const paths = workspacePaths(workspace)
  const made = [paths.pki, join(paths.root, 'rendered'), paths.federationFile, paths.gitignore]
  for (const path of made) await rm(path, {force: true, recursive: true})
  // Last, because it holds the record that says this is a lab: an interrupted purge can be run again.
  await rm(paths.state, {force: true, recursive: true})
  const {rmdir} = await import('node:fs/promises')
  await rmdir(paths.root).catch(() => undefined)
}
