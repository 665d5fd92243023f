import {createHash} from 'node:crypto'
import {createServer, type Server} from 'node:net'
import {resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {isErrno} from '../system/files.js'
import {cannotListen, portsInUse} from '../system/ports-in-use.js'
import {labLayout} from './layout.js'

/** The number that sets one lab's addresses apart from another's. */
export interface AddressBlock {
  readonly block: number
  /** Gives the reservation up; the lab's agents hold the addresses by then. */
  release(): Promise<void>
}

const firstBlock = 7
const blocks = 64
/** Every number that a lab can have. */
export const possibleBlocks: readonly number[] = Array.from({length: blocks}, (_, index) => firstBlock + index)

const consulHttpPort = 8500

/**
 * Finds a block that no running lab uses and reserves it while the lab comes up, by listening on an address that no node uses.
 * The search begins at a number that follows from the folder, so that labs which are stopped at times seldom want the same one.
 * @param isFree whether a block is of use otherwise, such as `isUnused`.
 * @throws FedctlError `port.in-use` where every block is taken.
 */
export async function reserveFreeBlock(
  directory: string,
  platform: NodeJS.Platform,
  isFree: (block: number) => Promise<boolean>,
): Promise<AddressBlock> {
  const start = createHash('sha256').update(resolve(directory)).digest().readUInt32BE() % blocks
  for (let offset = 0; offset < blocks; offset++) {
    const block = firstBlock + ((start + offset) % blocks)
    const guard = await listen(labLayout(block, platform).guard)
    if (!guard) continue
    if (await isFree(block)) return {block, release: () => close(guard)}
    await close(guard)
  }
  const {host, port} = labLayout(firstBlock + start, platform).guard
  throw new FedctlError(
    'port.in-use',
    `the addresses of every possible lab are in use, those of ${host}:${port} among them`,
    {
      suggestions: [
        `see who listens there: ss -ltnp 'sport = :${port}'`,
        'stop it, or another lab: fedctl lab down --dir DIR',
      ],
    },
  )
}

/**
 * Reserves the block of a lab that is there.
 * @throws FedctlError `port.in-use` where something listens at the address that stands for it: another lab that comes up, or another program.
 */
export async function reserveBlock(block: number, platform: NodeJS.Platform): Promise<AddressBlock> {
  const {host, port} = labLayout(block, platform).guard
  const guard = await listen({host, port})
  if (guard) return {block, release: () => close(guard)}
  throw new FedctlError('port.in-use', `${host}:${port} is in use, and the lab needs it while it comes up`, {
    suggestions: [
      `see who listens there: ss -ltnp 'sport = :${port}'`,
      'stop it, or where another lab comes up there, wait and stop that one; then run the same command again',
    ],
  })
}

/** Whether nothing listens at the first address of a block. */
export async function isUnused(block: number, platform: NodeJS.Platform): Promise<boolean> {
  const {address, ports} = labLayout(block, platform).agent('server', 1, 1)
  return (await portsInUse([{host: address, port: ports?.http ?? consulHttpPort}])).length === 0
}

/** @returns The listening server, or undefined where the address is taken. */
async function listen({host, port}: {host: string; port: number}): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(undefined)
      else reject(cannotListen(host, port, error))
    })
    server.listen({exclusive: true, host, port}, () => resolve(server))
    // A reservation alone keeps no run alive.
    server.unref()
  })
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}
