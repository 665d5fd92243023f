import {createServer} from 'node:tls'

/** A yamux ping and its answer, with whatever value it carries. */
const pingStart = Buffer.from([0, 2, 0, 1])
const pongStart = Buffer.from([0, 2, 0, 2])
const frameLength = 12

/**
 * The RPC port of a Consul server: mutual TLS with the certificate that it was issued, and an answer to a ping.
 * @param {{ ca: Buffer, cert: Buffer, key: Buffer }} material
 * @param {() => void} count counts a handshake
 * @returns what listens at the RPC address of a server, and takes connections from gateways
 */
export function rpcServer({ca, cert, key}, count) {
  return createServer(
    {
      ALPNProtocols: ['consul/rpc-multi', 'consul/rpc-single'],
      ca,
      cert,
      key,
      rejectUnauthorized: true,
      requestCert: true,
    },
    (socket) => {
      count()
      socket.on('error', () => socket.destroy())
      socket.on('data', (frame) => {
        if (frame.length === frameLength && frame.subarray(0, pingStart.length).equals(pingStart))
          socket.write(Buffer.concat([pongStart, frame.subarray(pongStart.length)]))
      })
    },
  ).on('tlsClientError', (_, socket) => socket.destroy())
}
