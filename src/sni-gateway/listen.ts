import type {Server} from 'node:net'

import {FedctlError} from '../errors/fedctl-error.js'

/** Starts to listen. @throws FedctlError `port.in-use`, or `gateway.failed` where it is impossible for another reason. */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(listenFailure(error, host, port))
    server.once('error', onError)
    server.listen({host, port}, () => {
      server.off('error', onError)
      resolve()
    })
  })
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): FedctlError {
  const where = `${host}:${port}`
  switch (error.code) {
    case 'EACCES':
      return new FedctlError('gateway.failed', `not allowed to listen on ${where}`, {
        cause: error,
        suggestions: ['use a port from 1024 on'],
      })
    case 'EADDRINUSE':
      return new FedctlError('port.in-use', `${where} is taken by another program`, {
        cause: error,
        suggestions: [
          `see what listens there: ss -ltnp 'sport = :${port}'`,
          'stop it, or change the port of the gateway in the federation file',
        ],
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new FedctlError('gateway.failed', `${host} is not an address of this machine`, {
        cause: error,
        suggestions: [
          'run the gateway where its address is, or change `address` of the gateway in the federation file',
        ],
      })
    default:
      return new FedctlError('gateway.failed', `cannot listen on ${where}: ${error.message}`, {cause: error})
  }
}

/** The port that a listening server has. */
export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
