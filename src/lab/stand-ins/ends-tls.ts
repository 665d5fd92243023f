import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {createServer as createTlsServer, type TLSSocket} from 'node:tls'

import {selectGateway} from '../../gateway/select-gateways.js'
import {createCa} from '../../pki/create-ca.js'
import {issueCertificate} from '../../pki/issue-certificate.js'
import {loadCa} from '../../pki/load-ca.js'
import type {StandIn} from './stand-in.js'

/** What a load balancer answers that has nobody behind it who understands what it passes on. */
const badGateway = 502
const days = 90

/**
 * Listens where a gateway did, as a load balancer for HTTPS does: it ends TLS with a certificate of its own, whatever name and protocol
 * are asked for, and expects HTTP in it.
 */
export const endTls: StandIn = async ({bind, federation, node, ports}) => {
  const {address, datacenter, port} = selectGateway(federation, {gateway: node})
  const now = ports.clock.now()
  const domain = 'example'
  const name = `gateway.${datacenter}.${domain}`
  const ca = loadCa(createCa({commonName: 'CA of a load balancer', days, domain, now}), now)
  const profile = {commonName: name, dnsNames: [name], ipAddresses: [address], usages: ['serverAuth']} as const
  const {certPem, keyPem} = issueCertificate({ca, days, now, profile})
  const http = createHttpServer((_request, response) => {
    response.writeHead(badGateway).end()
  })
  const clients = new Set<TLSSocket>()
  const server = createTlsServer({cert: certPem, key: keyPem}, (client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    http.emit('connection', client)
  })
  server.listen(port, bind ?? address)
  await once(server, 'listening')
  ports.talk(`${node}: ends TLS at ${address}:${port} with a certificate for ${name}`)
  if (!ports.signal.aborted) await once(ports.signal, 'abort')
  server.close()
  for (const client of clients) client.destroy()
}
