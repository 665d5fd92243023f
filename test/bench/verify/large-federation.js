import {mkdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun, run, SetupError} from '../../../bin/setup/programs.js'
import {startStandIn, writeWorkspace} from '../../stand-in/start.js'
import {timed} from '../measure/in-turns.js'

/** @typedef {import('../measure/figure.js').BenchmarkContext} BenchmarkContext */

/**
 * One verification of a federation that a stand-in answers for.
 * @typedef {object} Measured
 * @property {number} peakMb most resident memory of fedctl
 * @property {number} questions requests that the APIs got, and TLS handshakes
 * @property {number} seconds
 */

/**
 * @typedef {object} LargeFederation
 * @property {() => Promise<void>} end
 * @property {() => Promise<Measured>} verify
 */

const preload = new URL('../measure/report-peak-memory.js', import.meta.url).href
const perDatacenter = {gateways: 2, servers: 5}
/** What a question to another datacenter may take. */
const latencyMs = 20
/** Addresses that neither labs nor tests use. */
const firstBlock = 200

/**
 * Federations of 5 servers and 2 gateways in each datacenter, whose verification is without a failure.
 * @param {string} folder
 * @param {BenchmarkContext} context
 */
export function largeFederations(folder, context) {
  const {
    env,
    fedctl: [node = '', ...launcher],
    progress: {signal},
  } = context
  let block = firstBlock
  return {
    /**
     * @param {number} datacenters
     * @param {string} [hanging] name of a server that takes connections and never answers
     * @returns {Promise<LargeFederation>}
     */
    async start(datacenters, hanging) {
      const topology = {...perDatacenter, block: block++, datacenters}
      const workspace = join(folder, `block-${topology.block}`)
      await mkdir(workspace)
      await writeWorkspace(workspace, topology)
      await mustRun(node, [...launcher, 'tls', 'issue'], {cwd: workspace, env, signal})
      const standIn = await startStandIn(workspace, {latencyMs, topology, ...(hanging === undefined ? {} : {hanging})})
      const asked = async () => {
        const {handshakes, questions} = await standIn.counts()
        return handshakes + questions
      }
      const report = join(workspace, 'peak')
      const args = [
        '--import',
        preload,
        ...launcher,
        'verify',
        '--federation',
        join(workspace, 'federation.yaml'),
        '--output',
        'short',
      ]
      return {
        end: standIn.end,
        async verify() {
          const before = await asked()
          const seconds = await timed(() =>
            mustVerify(node, args, hanging, {...env, FEDCTL_BENCH_PEAK: report}, signal),
          )
          return {
            peakMb: Number(await readFile(report, 'utf8')) / 1024,
            questions: (await asked()) - before,
            seconds: seconds / 1000,
          }
        },
      }
    },
  }
}

/**
 * @param {string} node
 * @param {string[]} args
 * @param {string | undefined} hanging
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal | undefined} signal
 * @throws SetupError where the verification does not find what is so: nothing, or the server that hangs
 */
async function mustVerify(node, args, hanging, env, signal) {
  const {code, stdout} = await run(node, args, {env, signal})
  const failing = stdout.split('\n').filter((line) => line.startsWith('fail access.'))
  const isRight =
    hanging === undefined ? code === 0 : code === 1 && failing.length === 1 && failing[0]?.includes(hanging)
  if (!isRight) throw new SetupError(`the verification of the stand-in found something else: ${stdout.slice(0, 400)}`)
}
