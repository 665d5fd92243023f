import {join} from 'node:path'

import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'

/** Where the process of a node on this machine keeps what it needs. */
export interface LocalProcess {
  readonly digestFile: string
  /** What a person was given to install, where the node is another machine. */
  readonly handedOverFile: string
  readonly logFile: string
  readonly pidFile: string
}

/** @param node agent or gateway id, `<datacenter>/<name>`. */
export function localProcess(federation: Pick<Federation, 'workspace'>, node: string): LocalProcess {
  const folder = join(workspacePaths(federation.workspace).run, ...node.split('/'))
  return {
    digestFile: join(folder, 'started-with'),
    handedOverFile: join(folder, 'handed-over'),
    logFile: join(folder, 'log'),
    pidFile: join(folder, 'pid'),
  }
}
