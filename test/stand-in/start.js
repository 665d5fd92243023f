import {fork} from 'node:child_process'
import {randomBytes, randomUUID} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {federationFile, topologyOf} from './topology.js'

/**
 * @typedef {import('./stand-in.js').Counts} Counts
 * @typedef {import('./stand-in.js').StandInSettings} StandInSettings
 */

/**
 * @typedef {object} StandIn
 * @property {() => Promise<Counts>} counts questions and handshakes so far
 * @property {() => Promise<void>} end
 */

const program = fileURLToPath(new URL('stand-in.js', import.meta.url))
const holders = ['gateway', 'management', 'replication', 'verifier']

/**
 * Writes the federation file and the tokens of a workspace, in which `fedctl tls issue` then makes the certificates.
 * @param {string} workspace
 * @param {import('./topology.js').StandInOptions} topology
 */
export async function writeWorkspace(workspace, topology) {
  const state = join(workspace, '.fedctl')
  await mkdir(state, {mode: 0o700, recursive: true})
  const datacenters = topologyOf(topology)
  const agents = datacenters.flatMap(({gateways, servers}) => [...servers, ...gateways])
  const names = [...holders, ...agents.map(({datacenter, name}) => `agent/${datacenter}/${name}`)]
  const tokens = names.map((holder) => [holder, {accessorId: randomUUID(), secretId: randomUUID()}])
  const secrets = {gossipKey: randomBytes(32).toString('base64'), schemaVersion: 1, tokens: Object.fromEntries(tokens)}
  await writeFile(join(state, 'secrets.json'), JSON.stringify(secrets), {mode: 0o600})
  await writeFile(join(workspace, 'federation.yaml'), federationFile(datacenters))
}

/**
 * @param {string} workspace from `writeWorkspace`, with certificates
 * @param {StandInSettings} settings
 * @returns {Promise<StandIn>} once everything listens
 */
export async function startStandIn(workspace, settings) {
  const child = fork(program, [workspace, JSON.stringify(settings)])
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const next = async () => {
    const message = new Promise((resolve) => child.once('message', resolve))
    const answer = await Promise.race([message, ended.then(() => undefined)])
    if (answer === undefined) throw new Error('the stand-in has ended')
    return /** @type {unknown} */ (answer)
  }
  await next()
  return {
    async counts() {
      child.send('counts')
      const counts = /** @type {Counts} */ (await next())
      return counts
    },
    async end() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
