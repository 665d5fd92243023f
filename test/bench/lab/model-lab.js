import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun} from '../../../bin/setup/programs.js'

/**
 * @typedef {import('../measure/figure.js').BenchmarkContext} BenchmarkContext
 * @typedef {{ Name: string }} PolicyLink
 * @typedef {{ AccessorID: string, Description: string, Policies?: PolicyLink[], SecretID: string }} Token
 */

const anonymousToken = '00000000-0000-0000-0000-000000000002'

/** Consul's own policies: `builtin/…` since 1.17. */
const isBuiltIn = (/** @type {string} */ name) => name === 'global-management' || name.startsWith('builtin/')

/**
 * Brings a lab up and down again and keeps what a script needs to start the same agents with the same policies and tokens: the rendered
 * configuration in `workspace`, and in `lists` what was read from its ACLs.
 * @param {string} workspace
 * @param {string} lists
 * @param {BenchmarkContext} context
 */
export async function makeModel(workspace, lists, {env, fedctl: [node = '', ...launcher], progress: {signal}}) {
  const fedctl = (/** @type {string[]} */ ...args) => mustRun(node, [...launcher, ...args], {env, signal})
  try {
    await fedctl('lab', 'up', '--dir', workspace)
    await writeLists(workspace, lists)
  } finally {
    await mustRun(node, [...launcher, 'lab', 'down', '--dir', workspace], {env})
  }
}

/**
 * Removes what agents keep between their runs.
 * @param {string} workspace
 */
export async function forgetState(workspace) {
  await rm(join(workspace, '.fedctl', 'run'), {force: true, recursive: true})
}

/**
 * @param {string} workspace
 * @param {string} lists
 */
async function writeLists(workspace, lists) {
  const read = (/** @type {string[]} */ ...path) => readFile(join(workspace, ...path), 'utf8')
  const configuration = await read('rendered', 'dc1', 'dc1-s1', 'etc', 'consul.d', 'consul.hcl')
  const address = /^client_addr = "(.+)"$/m.exec(configuration)?.[1] ?? ''
  const token = (await read('.fedctl', 'tokens', 'management')).trim()
  const ask = async (/** @type {string} */ path) => {
    const answer = await fetch(`http://${address}:8500/v1/acl/${path}`, {headers: {'X-Consul-Token': token}})
    return answer.json()
  }
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFile(join(lists, name), text, {mode: 0o600})

  await mkdir(join(lists, 'policies'), {recursive: true})
  for (const {ID, Name} of /** @type {{ ID: string, Name: string }[]} */ (await ask('policies'))) {
    if (isBuiltIn(Name)) continue
    const {Rules} = /** @type {{ Rules: string }} */ (await ask(`policy/${ID}`))
    await write(join('policies', Name), Rules)
  }
  const lines = []
  for (const {AccessorID} of /** @type {Token[]} */ (await ask('tokens'))) {
    const {Description, Policies = [], SecretID} = /** @type {Token} */ (await ask(`token/${AccessorID}`))
    const flags = Policies.map(({Name}) => `-policy-name=${Name}`)
    if (AccessorID === anonymousToken) await write('anonymous', flags.join(' '))
    else if (!Policies.some(({Name}) => isBuiltIn(Name)))
      lines.push([SecretID, Description, flags.join(',')].join('\t'))
  }
  await write('tokens.tsv', `${lines.join('\n')}\n`)
  await write('gateway', (await read('.fedctl', 'tokens', 'gateway')).trim())
}
