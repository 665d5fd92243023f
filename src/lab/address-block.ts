import {createServer, type Server} from 'node:net'

import {FedctlError} from '../errors/fedctl-error.js'
import {isErrno} from '../system/files.js'
import {portsInUse} from '../system/ports-in-use.js'
import {labLayout} from './layout.js'

/** The number that sets one lab's addresses apart from another's. */
export interface AddressBlock {
  readonly block: number
  /** Gives the reservation up; the lab's agents hold the addresses by then. */
  release(): Promise<void>
}

const firstBlock = 7
const lastBlock = 70
const consulHttpPort = 8500

/**
 * Finds a block that no other lab uses and reserves it while the lab comes up, by listening on an address that no node uses.
 * @throws FedctlError `port.in-use` where every block is taken.
 */
export async function reserveFreeBlock(platform: NodeJS.Platform): Promise<AddressBlock> {
  for (let block = firstBlock; block <= lastBlock; block++) {
    const layout = labLayout(block, platform)
    const guard = await listen(layout.guard)
    if (!guard) continue
    const {address, ports} = layout.agent('server', 1, 1)
    const taken = await portsInUse([{host: address, port: ports?.http ?? consulHttpPort}])
    if (taken.length === 0) return {block, release: () => close(guard)}
    await close(guard)
  }
  throw new FedctlError('port.in-use', 'the addresses of every possible lab are in use', {
    suggestions: ['stop another lab: fedctl lab down --dir DIR'],
  })
}

/** @returns The listening server, or undefined where the address is taken. */
async function listen({host, port}: {host: string; port: number}): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(undefined)
      else reject(error)
    })
    server.listen({exclusive: true, host, port}, () => resolve(server))
  })
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}
