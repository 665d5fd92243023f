import {createServer} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

import {compiled} from './compiled.js'

/**
 * @typedef {import('node:net').Socket} Socket
 * @typedef {import('node:tls').Server} TlsServer
 */

const helloTimeoutMs = 5000

/**
 * @typedef {object} Routes
 * @property {ReadonlyMap<string, readonly TlsServer[]>} byName servers by the names `<node>.server.<dc>.consul` and `server.<dc>.consul`
 * @property {(name: string) => number} latencyMs what the way to that name takes
 */

/**
 * @param {Routes} routes
 * @returns {Promise<import('node:net').Server>} a gateway: passes a connection, unopened, to the server whose name its ClientHello holds, and closes
 * it where there is none
 */
export async function sniGateway({byName, latencyMs}) {
  /** @type {typeof import('../../src/sni-gateway/read-hello.js')} */
  const {readHello} = await compiled('sni-gateway/read-hello')
  let turn = 0
  return createServer({noDelay: true}, (client) => {
    client.on('error', () => client.destroy())
    void pass(client)
  })

  /** @param {Socket} client */
  async function pass(client) {
    const hello = await readHello(client, helloTimeoutMs)
    const targets = (hello.kind === 'name' && byName.get(hello.name)) || []
    const target = targets[turn++ % targets.length]
    if (hello.kind !== 'name' || !target) return client.destroy()
    const ms = latencyMs(hello.name)
    if (ms > 0) await sleep(ms)
    client.unshift(hello.head)
    target.emit('connection', client)
  }
}
