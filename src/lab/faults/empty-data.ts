import {rm} from 'node:fs/promises'

import {nodeLayout} from '../../config/node-layout.js'
import type {Agent, Federation} from '../../federation/model.js'
import {unwritable} from '../../system/files.js'

/** A folder for the data of a server that is to know nothing of its datacenter; its own data stays as it is. */
export function emptyData(federation: Federation, server: Agent): string {
  return `${nodeLayout(federation, server).dataDir}-of-fault`
}

/** Removes what servers put there. @throws FedctlError `file.unwritable`. */
export async function removeEmptyData(federation: Federation, servers: readonly Agent[]): Promise<void> {
  for (const path of servers.map((server) => emptyData(federation, server))) {
    await rm(path, {force: true, maxRetries: 3, recursive: true}).catch((error: unknown) => {
      throw unwritable(path, error)
    })
  }
}
