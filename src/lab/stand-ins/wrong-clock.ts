import {once} from 'node:events'
import {createServer, request} from 'node:http'

import {FedctlError} from '../../errors/fedctl-error.js'
import type {Agent} from '../../federation/model.js'
import {serversOf} from '../../federation/selectors.js'
import type {StandIn} from './stand-in.js'

/** The port of a server's API while this stands in its place: one that no agent of a lab uses. */
export function portBehind({ports}: Agent): number {
  return ports.http + unusedOffset
}

const unusedOffset = 6

const aheadMs = 300_000

/** Passes the API of a server on, and tells a time that is five minutes ahead: the clock of one process cannot be changed. */
export const tellWrongTime: StandIn = async ({federation, node, ports}) => {
  const server = serversOf(federation).find(({id}) => id === node)
  if (!server) throw new FedctlError('usage', `no server is named ${JSON.stringify(node)} in ${federation.file}`)
  const {hostname, port} = new URL(server.api.url)
  const proxy = createServer((incoming, outgoing) => {
    const {headers, method, url} = incoming
    const onwards = request({headers, host: hostname, method, path: url, port: portBehind(server)}, (answer) => {
      const date = new Date(ports.clock.now().getTime() + aheadMs).toUTCString()
      outgoing.writeHead(answer.statusCode ?? 502, {...answer.headers, date})
      answer.pipe(outgoing)
    })
    onwards.once('error', () => outgoing.destroy())
    outgoing.once('close', () => onwards.destroy())
    incoming.pipe(onwards)
  })
  proxy.listen(Number(port), hostname)
  await once(proxy, 'listening')
  ports.talk(`${node}: tells a time that is ${aheadMs / 1000} s ahead at ${server.api.url}`)
  if (!ports.signal.aborted) await once(ports.signal, 'abort')
  proxy.close()
  proxy.closeAllConnections()
}
