import {createServer} from 'node:net'

import {isErrno} from './files.js'

/**
 * @returns The `host:port` pairs on which nothing could listen now, because something else does.
 * @throws The system's error for any other reason, such as an address that this machine does not have.
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
      else reject(error)
    })
    server.listen({exclusive: true, host, port}, () => server.close(() => resolve(true)))
  })
}
