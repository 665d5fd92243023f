import {createServer} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {ready} from './answers.js'

/**
 * @typedef {import('./answers.js').DatacenterAnswers} DatacenterAnswers
 * @typedef {import('./answers.js').ReadyAnswer} ReadyAnswer
 * @typedef {import('./topology.js').Node} Node
 */

/** @typedef {{ accessorId: string, holder: string, secretId: string }} HeldToken */

/**
 * @typedef {object} ApiContext
 * @property {ReadonlyMap<string, DatacenterAnswers>} answers by datacenter
 * @property {() => void} count counts a question
 * @property {number} latencyMs
 * @property {readonly HeldToken[]} tokens
 */

/**
 * @param {Node} server
 * @param {ApiContext} context
 * @returns what listens at the HTTP address of that server
 */
export function apiServer(server, {answers, count, latencyMs, tokens}) {
  const own = answers.get(server.datacenter)
  if (!own) throw new RangeError(`no answers for ${server.datacenter}`)
  const self = own.self(server)
  return createServer((request, response) => {
    count()
    void answer(request, response)
  })

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function answer(request, response) {
    const body = request.method === 'POST' ? await textOf(request) : ''
    if (latencyMs > 0) await sleep(latencyMs)
    const given = request.headers['x-consul-token']
    const token = tokens.find(({secretId}) => secretId === given)
    if (given !== undefined && !token) return refuse(response, 403, 'ACL not found')
    const said = answerTo(request.url ?? '', body, token)
    if (typeof said === 'string') return refuse(response, said === 'not found' ? 404 : 500, said)
    response.writeHead(200, {...said.headers, 'Content-Length': said.body.length}).end(said.body)
  }

  /**
   * @param {string} url
   * @param {string} body
   * @param {HeldToken | undefined} token
   * @returns {ReadyAnswer | string} the answer, or what went wrong
   */
  function answerTo(url, body, token) {
    const [, path = url, datacenter] = /^(.+)\?dc=([\w-]+)$/.exec(url) ?? []
    if (datacenter !== undefined) {
      const there = answers.get(datacenter)?.toOthers
      if (!there) return 'No path to datacenter'
      return path === '/v1/status/leader'
        ? there.leader
        : path === '/v1/catalog/services'
          ? there.services
          : 'not found'
    }
    if (url === '/v1/agent/self') return self
    if (url === '/v1/internal/acl/authorize') return rights(own, body, token?.holder ?? 'anonymous')
    if (/^\/v1\/acl\/token\/self(?:\?stale=)?$/.test(url)) return tokenOf(own, token)
    return own?.own.get(url) ?? 'not found'
  }
}

/**
 * The recorded policies have rules on names of gateways and otherwise on all names, which count for a name of which nothing was recorded.
 * @param {DatacenterAnswers | undefined} own
 * @param {string} body
 * @param {string} holder
 */
function rights(own, body, holder) {
  const asked = /** @type {Record<string, string>[]} */ (JSON.parse(body))
  const known = own?.recording.rights[holder] ?? []
  const answers = asked.map(({Access, Resource, Segment}) => {
    const alike = known.filter((right) => right['Access'] === Access && right['Resource'] === Resource)
    const onAllNames = alike.find((right) => !right['Segment'])
    return alike.find((right) => right['Segment'] === Segment) ?? (onAllNames && {...onAllNames, Segment})
  })
  if (answers.includes(undefined)) return 'nothing was recorded for one of these rights'
  return ready({body: answers, headers: {}})
}

/**
 * @param {DatacenterAnswers | undefined} own
 * @param {HeldToken | undefined} token
 */
function tokenOf(own, token) {
  const recorded = token && own?.recording.tokens[token.holder]
  if (!recorded) return 'nothing was recorded for that token'
  const {body, headers} = recorded
  return ready({body: {...body, AccessorID: token.accessorId, SecretID: token.secretId}, headers})
}

/** @param {import('node:http').IncomingMessage} request */
async function textOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(/** @type {Buffer} */ (chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 */
function refuse(response, status, text) {
  response.writeHead(status, {'Content-Type': 'text/plain'}).end(text)
}
