import {createServer} from 'node:net'

import {FedctlError} from '../errors/fedctl-error.js'
import {isErrno} from './files.js'
import {systemReason} from './system-reason.js'

/**
 * @returns The `host:port` pairs on which nothing could listen now, because something else does.
 * @throws FedctlError `address.unusable` for any other reason, such as an address that this machine does not have.
 */
export async function portsInUse(addresses: readonly {host: string; port: number}[]): Promise<string[]> {
  const taken = await Promise.all(
    addresses.map(async ({host, port}) => ((await isFree(host, port)) ? [] : [`${host}:${port}`])),
  )
  return taken.flat()
}

async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(false)
      else reject(cannotListen(host, port, error))
    })
    server.listen({exclusive: true, host, port}, () => server.close(() => resolve(true)))
  })
}

/** @returns FedctlError `address.unusable` for what the system says about an address that nobody else has. */
export function cannotListen(host: string, port: number, error: Error): FedctlError {
  if (isErrno(error, 'EADDRNOTAVAIL')) {
    return new FedctlError('address.unusable', `cannot listen on ${host}:${port}: this machine does not have ${host}`, {
      cause: error,
      suggestions: [
        'see which addresses it has: ip -brief address',
        'give the node one of them, or set host: manual for it in the federation file',
      ],
    })
  }
  if (isErrno(error, 'EACCES')) {
    return new FedctlError('address.unusable', `cannot listen on ${host}:${port}: permission denied`, {
      cause: error,
      suggestions: ['use ports from 1024 on in the federation file; lower ones need more rights than this user has'],
    })
  }
  return new FedctlError('address.unusable', `cannot listen on ${host}:${port}: ${systemReason(error)}`, {
    cause: error,
    suggestions: ['give the node another address or port in the federation file'],
  })
}
