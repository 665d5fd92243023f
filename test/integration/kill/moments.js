/**
 * Loaded with `node --import` before fedctl: it counts the moments at which the world changes and ends the process with SIGKILL at one of them.
 * A moment is before or after a write, rename, link or removal in the workspace, a start of a process, a request that changes Consul.
 *
 * KILL_ROOT  the workspace
 * KILL_KINDS the kinds of moments that count, with commas; all by default
 * KILL_MATCH a regular expression that the names of moments that count match; all by default
 * KILL_LIST  a file that gets the name of each moment
 * KILL_AT    the number of the moment at which it ends, from 1
 * KILL_SEEN  a file of names: it ends at the first moment that is not in it, and adds that one
 * KILL_SORTS whether a moment counts as seen where another one of its sort was
 */
import childProcess from 'node:child_process'
import {subscribe} from 'node:diagnostics_channel'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import {relative} from 'node:path'

import {sortOf} from './sorts.js'

const {KILL_AT, KILL_KINDS, KILL_LIST, KILL_MATCH = '', KILL_ROOT = '', KILL_SEEN, KILL_SORTS} = process.env
const kinds = KILL_KINDS?.split(',')
const wanted = new RegExp(KILL_MATCH)
const seen = new Set(KILL_SEEN && fs.existsSync(KILL_SEEN) ? fs.readFileSync(KILL_SEEN, 'utf8').split('\n') : [])
let count = 0

/**
 * Whether the process is to end at this moment.
 * @param {string} kind
 * @param {string} name
 */
function isLast(kind, name) {
  if (kinds && !kinds.includes(kind)) return false
  const line = `${kind} ${name}`.replaceAll('\n', ' ').replaceAll(/\d{4}-\d\d-\d\dT[\d-]+\.\d+Z/g, 'DATE')
  if (!wanted.test(line)) return false
  count += 1
  if (KILL_LIST) fs.appendFileSync(KILL_LIST, `${line}\n`)
  const known = KILL_SORTS ? sortOf(line) : line
  if (KILL_SEEN && !seen.has(known)) {
    fs.appendFileSync(KILL_SEEN, `${known}\n`)
    return true
  }
  return count === Number(KILL_AT)
}

/**
 * @param {string} kind
 * @param {string} name
 */
function moment(kind, name) {
  if (isLast(kind, name)) end()
}

function end() {
  process.kill(process.pid, 'SIGKILL')
}

/**
 * The name of a file of the workspace, without what is random in it; undefined elsewhere.
 * @param {unknown} path
 */
function nameOf(path) {
  const name = relative(KILL_ROOT, String(path))
  if (name.startsWith('..')) return undefined
  return name
    .replace(/\.fedctl-\d+-[\da-f]+\.tmp$/, '')
    .replace(/\.\d{8}T\d{6}Z/, '.DATE')
    .replace(/\.after-[\da-f]+/, '.after-ONE')
}

/** @type {WeakMap<object, string>} */
const names = new WeakMap()
const original = {...promises}

const handle = await promises.open('/dev/null')
const prototype = Object.getPrototypeOf(handle)
await handle.close()
const {appendFile, sync, write, writeFile} = prototype

promises.open = async (path, flags, mode) => {
  const opened = await original.open(path, flags, mode)
  const name = nameOf(path)
  if (name !== undefined && !fs.statSync(path).isDirectory()) names.set(opened, name)
  return opened
}

/**
 * What tells one content of a file from another: the event of the journal, or how many tokens there are.
 * @param {string} name
 * @param {unknown} content
 */
function describe(name, content) {
  const text = String(content)
  if (!name.endsWith('journal.jsonl')) return `${name} ${text.split('secretId').length - 1}`
  const {change = '', event, runbook, step = ''} = JSON.parse(text)
  return `${runbook}/${step} ${event} ${change}`
}

for (const [method, perform] of Object.entries({appendFile, write, writeFile})) {
  /**
   * @this {object}
   * @param {unknown} content
   * @param {unknown[]} rest
   */
  prototype[method] = async function (content, ...rest) {
    const file = names.get(this)
    if (file === undefined) return perform.call(this, content, ...rest)
    const name = describe(file, content)
    const kind = file.endsWith('journal.jsonl') ? 'journal' : 'file'
    names.set(this, file)
    descriptions.set(this, `${kind} ${name}`)
    if (isLast(`${kind}-half`, name)) {
      const text = String(content)
      await perform.call(this, text.slice(0, text.length / 2))
      end()
    }
    return perform.call(this, content, ...rest)
  }
}

/** @type {WeakMap<object, string>} */
const descriptions = new WeakMap()

/** @this {object} */
prototype.sync = async function () {
  await sync.call(this)
  const [kind, ...name] = descriptions.get(this)?.split(' ') ?? []
  const change = kind === 'journal' && name.find((word) => /^change-(announced|done)$/.test(word))
  if (kind) moment(change || `${kind}-written`, name.join(' '))
}

/** @param {string} path */
function kindOf(path) {
  return /(^|\/)lock(\.after-\w+)?$/.test(path) ? 'lock' : 'name'
}

for (const method of /** @type {const} */ (['link', 'rename'])) {
  promises[method] = async (from, to) => {
    const content = fs.statSync(from).isFile() ? fs.readFileSync(from, 'utf8') : ''
    await original[method](from, to)
    const name = nameOf(to)
    if (name !== undefined) moment(kindOf(name), `${method} ${describe(name, content)}`)
  }
}

promises.unlink = async (path) => {
  await original.unlink(path)
  const name = nameOf(path)
  if (name !== undefined) moment(kindOf(name), `unlink ${name}`)
}

/** What starts agents and gateways, and what makes networks. */
const spawnKinds = new Map([
  ['/bin/sh', 'spawn'],
  ['ip', 'network'],
])
const {spawn} = childProcess
childProcess.spawn = (/** @type {string} */ file, /** @type {any[]} */ ...rest) => {
  const start = () => Reflect.apply(spawn, childProcess, [file, ...rest])
  const kind = spawnKinds.get(file)
  if (!kind) return start()
  const name = rest[0].slice(kind === 'spawn' ? 2 : 0).join(' ')
  moment(kind, `before ${name}`)
  const child = start()
  moment(kind, `after ${name}`)
  return child
}

/** @param {any} message */
function requestName({request}) {
  const body = typeof request.body === 'string' ? request.body : String(request.body ?? '')
  const {Description = '', ID = '', Name = ''} = body.startsWith('{') ? JSON.parse(body) : {}
  return `${request.method} ${request.path} ${Name || Description || ID}`
}

for (const [channel, when] of Object.entries({bodySent: 'sent', headers: 'answered'})) {
  subscribe(`undici:request:${channel}`, (message) => {
    const {request} = /** @type {any} */ (message)
    // Its announcement in the journal is the moment before it is sent.
    const isQuestion = request.method === 'GET' || request.path.endsWith('/authorize')
    if (!isQuestion) moment('request', `${when} ${requestName(message)}`)
  })
}

syncBuiltinESMExports()
