import {once} from 'node:events'
import {createServer, createSecureContext, type TLSSocket} from 'node:tls'

import type {Issued} from './issued-workspace.js'

export interface TlsStandIn {
  close(): Promise<void>
  readonly host: string
  readonly port: number
  /** Server names that were asked for, in order. */
  readonly serverNames: string[]
}

/**
 * Stands in for servers behind a gateway, or for one server: picks the certificate of `agents` by the node in the server name (the first for any other),
 * demands a client certificate of the CA, and acknowledges pings of yamux as Consul's RPC port does.
 */
export async function tlsStandIn({ca, pairs}: Issued, agents: readonly string[], host: string): Promise<TlsStandIn> {
  const serverNames: string[] = []
  const contexts = new Map(
    agents.map((id) => {
      const pair = pairs[id]
      if (!pair) throw new Error(`no certificate was issued for ${id}`)
      const caPem = ca.certificate.toString()
      return [id.split('/')[1], createSecureContext({ca: caPem, cert: pair.certPem, key: pair.keyPem})]
    }),
  )
  const [first] = contexts.values()
  const sockets = new Set<TLSSocket>()
  const server = createServer({
    ALPNProtocols: ['consul/rpc-multi'],
    SNICallback(serverName, done) {
      serverNames.push(serverName)
      done(null, contexts.get(serverName.split('.')[0]) ?? first)
    },
    ca: ca.certificate.toString(),
    rejectUnauthorized: true,
    requestCert: true,
  })
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (ping: Buffer) => {
      ping.writeUInt16BE(2, 2)
      socket.write(ping)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port')
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
    host,
    port: address.port,
    serverNames,
  }
}
