import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {fetch} from 'undici'

import {checkout} from '../setup/entry.js'
import {run, SetupError} from '../setup/programs.js'

const stepMs = 600_000
const configEntries = ['proxy-defaults', 'service-defaults', 'service-resolver']

/**
 * A lab of two datacenters with three servers each, joined with WAN gossip.
 * @typedef {object} Lab
 * @property {string} folder
 * @property {(...args: string[]) => Promise<import('../setup/programs.js').Ended>} fedctl ends with any exit code
 * @property {(...args: string[]) => Promise<string>} must output of fedctl; throws SetupError where it fails
 * @property {() => Promise<Belongings>} belongings
 */

/**
 * What a datacenter holds, by its name.
 * @typedef {Record<string, {entries: string[], keys: string[], leader: string, policies: string[], services: string[], tokens: string[]}>} Belongings
 */

/**
 * Moves a lab to mesh gateways and verifies it.
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../setup/progress.js').Progress} progress
 * @returns {Promise<string[]>} what it holds, and how many questions each datacenter lost
 * @throws SetupError with the step that failed; its lab is stopped and its folder kept
 */
export function moveOnce(env, progress) {
  return inLab(env, progress, async ({belongings, must}) => {
    const before = await belongings()
    const output = await must('bootstrap', 'secondary', '--existing', '--yes')
    return [...(await proveMoved({belongings, must}, before)), ...lossesIn(output)]
  })
}

/**
 * @param {Pick<Lab, 'belongings' | 'must'>} lab
 * @param {Belongings} before
 * @returns {Promise<string[]>} what was counted
 * @throws SetupError where verification fails, or something that was there is missing or changed
 */
export async function proveMoved({belongings, must}, before) {
  await must('verify', '--wait', '5m', '--output', 'short')
  const after = await belongings()
  for (const [name, held] of Object.entries(before)) {
    for (const [what, list] of Object.entries(held)) {
      const now = after[name]?.[/** @type {keyof typeof held} */ (what)]
      if (what !== 'leader' && String(now) !== String(list))
        throw new SetupError(`${what} of ${name} were ${String(list)}, and are ${String(now)}`)
    }
  }
  return Object.entries(after).map(
    ([name, {entries, keys, policies, services, tokens}]) =>
      `${name} holds ${keys.length} keys, ${services.length} services, ${policies.length} policies, ${tokens.length} tokens, ${entries.length} config entries as before`,
  )
}

/** @param {string} output of the move */
export function lossesIn(output) {
  return output.split('\n').filter((line) => /questions lost/.test(line))
}

/**
 * Brings a lab up, works with it and takes it down.
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../setup/progress.js').Progress} progress
 * @param {(lab: Lab) => Promise<string[]>} work
 * @returns {Promise<string[]>} what `work` returns
 * @throws SetupError; the lab is stopped then and its folder kept
 */
export async function inLab(env, {signal}, work) {
  const folder = await mkdtemp(join(tmpdir(), 'fedctl-existing-'))
  /** @type {(args: readonly string[], signal?: AbortSignal) => Promise<import('../setup/programs.js').Ended>} */
  const program = (args, end) =>
    run(process.execPath, [join(checkout, 'bin', 'run.js'), ...args], {env, signal: end, timeoutMs: stepMs})
  /** @type {Lab['fedctl']} */
  const fedctl = (...args) => {
    const where = args[0] === 'lab' ? ['--dir', folder] : ['--federation', join(folder, 'federation.yaml')]
    return program([...args, ...where], signal)
  }
  /** @type {Lab['must']} */
  const must = async (...args) => {
    const {code, output} = await fedctl(...args)
    if (code === 0) return output
    throw new SetupError(`fedctl ${args.join(' ')} ended with ${code ?? 'a signal'}; lab in ${folder}:\n${output}`)
  }
  try {
    await must('lab', 'up', '--servers', '3', '--via', 'wan-gossip')
    const found = await work({
      belongings: async () => belongingsOf((await fedctl('lab', 'status', '--json')).stdout),
      fedctl,
      folder,
      must,
    })
    await must('lab', 'down', '--purge')
    await rm(folder, {force: true, recursive: true})
    return found
  } catch (error) {
    await program(['lab', 'down', '--dir', folder])
    throw error
  }
}

/**
 * @param {string} status `fedctl lab status --json`
 * @returns {Promise<Belongings>} as the first server of each datacenter that is alive tells
 */
async function belongingsOf(status) {
  /** @type {{datacenters: string[], processes: {alive: boolean, datacenter: string, httpAddress: string, kind: string, tokenFile: string}[]}} */
  const {datacenters, processes} = JSON.parse(status)
  /** @type {Belongings} */
  const belongings = {}
  for (const name of datacenters) {
    const server = processes.find((one) => one.datacenter === name && one.kind === 'server' && one.alive)
    if (!server) throw new SetupError(`no server of ${name} is alive`)
    belongings[name] = await heldBy(server)
  }
  return belongings
}

/** @param {{httpAddress: string, tokenFile: string}} server */
async function heldBy({httpAddress, tokenFile}) {
  const headers = {'x-consul-token': await readFile(tokenFile, 'utf8')}
  /** @param {string} path */
  const get = async (path) => {
    const answer = await fetch(`${httpAddress}/v1/${path}`, {headers})
    if (!answer.ok) throw new SetupError(`${httpAddress}/v1/${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  /** @param {string} path @param {string} key */
  const names = async (path, key) =>
    /** @type {Record<string, string>[]} */ (await get(path)).map((entry) => entry[key] ?? '').sort()
  const entries = await Promise.all(
    configEntries.map(async (kind) => (await names(`config/${kind}`, 'Name')).map((name) => `${kind}/${name}`)),
  )
  const services = Object.keys(/** @type {object} */ (await get('catalog/services')))
  return {
    entries: entries.flat(),
    keys: /** @type {{Key: string, Value: string}[]} */ (await get('kv/?recurse')).map(
      ({Key, Value}) => `${Key}=${Value}`,
    ),
    leader: String(await get('status/leader')),
    policies: await names('acl/policies', 'Name'),
    services: services.filter((name) => name !== 'mesh-gateway'),
    tokens: await names('acl/tokens', 'AccessorID'),
  }
}
