import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {workspacePaths} from '../federation/workspace.js'
import {localProcess} from '../hosts/local-process.js'
import {isErrno, statIfExists, unreadable} from '../system/files.js'

/** @returns Ids of the nodes that have a pid file in the workspace, also of those that the federation file does not name any more. Sorted. */
export async function nodesWithPidFile(workspace: string): Promise<string[]> {
  const {run} = workspacePaths(workspace)
  const nodes: string[] = []
  for (const datacenter of await foldersIn(run)) {
    for (const name of await foldersIn(join(run, datacenter))) {
      const id = `${datacenter}/${name}`
      if (await statIfExists(localProcess({workspace}, id).pidFile)) nodes.push(id)
    }
  }
  return nodes.sort()
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, {withFileTypes: true})).filter((entry) => entry.isDirectory()).map(({name}) => name)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(folder, error)
  }
}
