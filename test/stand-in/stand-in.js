import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {makeAnswers} from './answers.js'
import {apiServer} from './api-server.js'
import {rpcServer} from './rpc-server.js'
import {sniGateway} from './sni-gateways.js'
import {ports, topologyOf} from './topology.js'

/**
 * A process of its own, started by `start.js`: answers as the HTTP APIs, RPC ports and gateways of a whole federation do.
 * `stand-in.js WORKSPACE SETTINGS`, the settings as JSON.
 */

/**
 * @typedef {object} StandInSettings
 * @property {string} [hanging] name of a server that takes connections and never answers
 * @property {number} latencyMs that each answer of an API, and each connection to another datacenter, takes
 * @property {import('./topology.js').StandInOptions} topology
 */

/** @typedef {{ handshakes: number, questions: number }} Counts */

const [workspace = '', settingsText = ''] = process.argv.slice(2)
const {hanging, latencyMs, topology} = /** @type {StandInSettings} */ (JSON.parse(settingsText))
const datacenters = topologyOf(topology)
const answers = await makeAnswers(datacenters)
const {tokens: secrets} = /** @type {{ tokens: Record<string, { accessorId: string, secretId: string }> }} */ (
  JSON.parse(await readFile(join(workspace, '.fedctl', 'secrets.json'), 'utf8'))
)
const tokens = Object.entries(secrets).map(([holder, token]) => ({...token, holder}))
/** @type {Counts} */
const counts = {handshakes: 0, questions: 0}
const ca = await readFile(join(workspace, 'pki', 'ca.pem'))
/** @type {Map<string, import('node:tls').Server[]>} */
const byName = new Map()
/** @type {Promise<void>[]} */
const listening = []

for (const {name: datacenter, servers} of datacenters) {
  for (const server of servers) {
    const pem = (/** @type {string} */ suffix) =>
      readFile(join(workspace, 'pki', datacenter, `${server.name}${suffix}.pem`))
    const rpc = rpcServer({ca, cert: Buffer.concat([await pem(''), ca]), key: await pem('-key')}, () => {
      counts.handshakes += 1
    })
    const api = apiServer(server, {
      answers,
      count() {
        counts.questions += 1
      },
      latencyMs,
      tokens,
    })
    if (server.name === hanging) for (const each of [api, rpc]) each.removeAllListeners('connection')
    listening.push(listen(rpc, server.address, ports.rpc), listen(api, server.address, ports.http))
    for (const name of [`${server.name}.server.${datacenter}.consul`, `server.${datacenter}.consul`])
      byName.set(name, [...(byName.get(name) ?? []), rpc])
  }
}
for (const {gateways, name: datacenter} of datacenters) {
  const way = (/** @type {string} */ name) => (name.endsWith(`.${datacenter}.consul`) ? 0 : latencyMs)
  for (const {address} of gateways)
    listening.push(listen(await sniGateway({byName, latencyMs: way}), address, ports.gateway))
}
await Promise.all(listening)
process.on('message', () => process.send?.(counts))
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.send?.('ready')

/**
 * @param {import('node:net').Server} server
 * @param {string} host
 * @param {number} port
 */
function listen(server, host, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({backlog: 4096, host, port}, () => resolve(undefined))
  })
}
