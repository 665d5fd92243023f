import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** How a request is answered: by JSON, by a text with a status, or by nothing. */
export type Reply =
  | {readonly does: 'hang'}
  | {readonly does: 'reset'}
  | {readonly headers?: Record<string, string>; readonly json: unknown; readonly status?: number}
  | {readonly headers?: Record<string, string>; readonly status: number; readonly text: string}

export interface RecordedConsul {
  close(): Promise<void>
  /** Ends connections that are kept open between requests. */
  dropConnections(): void
  /** `GET /v1/status/leader?dc=dc1` for each request, in order. */
  readonly requests: string[]
  /** Tokens that came with the requests, in order. */
  readonly tokens: string[]
  readonly url: string
}

const recordings: Readonly<Record<string, string>> = {
  'GET /v1/acl/replication': 'acl-replication.json',
  'GET /v1/acl/token/self?stale=': 'token-self.json',
  'GET /v1/agent/members': 'lan-members.json',
  'GET /v1/agent/members?wan=1': 'wan-members.json',
  'GET /v1/agent/self': 'agent-self.json',
  'GET /v1/catalog/services?dc=dc1': 'catalog-services.json',
  'GET /v1/config/proxy-defaults': 'config-proxy-defaults.json',
  'GET /v1/connect/ca/roots': 'ca-roots.json',
  'GET /v1/health/service/mesh-gateway': 'health-mesh-gateway.json',
  'GET /v1/internal/federation-states?stale=': 'federation-states.json',
  'GET /v1/operator/autopilot/health': 'autopilot-health.json',
  'GET /v1/operator/keyring': 'keyrings.json',
  'GET /v1/operator/keyring?local-only=true': 'keyring.json',
  'GET /v1/status/leader': 'status-leader.json',
  'POST /v1/internal/acl/authorize': 'acl-authorize.json',
}

/** What Consul answered once: the server dc2-s1 of a federation in which dc1 is the primary. */
export async function recorded(name: string, version = '1.8.7'): Promise<unknown> {
  const file = new URL(`../../fixtures/recorded/consul-${version}/${name}`, import.meta.url)
  return JSON.parse(await readFile(file, 'utf8')) as unknown
}

/** An HTTP server on loopback that answers as Consul 1.8.7 did, but for `replies`, by `METHOD path?query`. Anything else is a 404. */
export async function recordedConsul(replies: Readonly<Record<string, Reply>> = {}): Promise<RecordedConsul> {
  const requests: string[] = []
  const tokens: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = `${request.method} ${request.url}`
    requests.push(asked)
    tokens.push(String(request.headers['x-consul-token'] ?? ''))
    const reply = replies[asked] ?? replies['*'] ?? (await replyFromRecording(asked, request.headers))
    if (!('does' in reply)) send(response, reply)
    else if (reply.does === 'reset') request.socket.resetAndDestroy()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, {status: 500, text: String(error)}))
  })
  server.listen(0, '127.44.7.1')
  await once(server, 'listening')
  const {address, port} = server.address() as AddressInfo
  return {
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    dropConnections: () => server.closeAllConnections(),
    requests,
    tokens,
    url: `http://${address}:${port}`,
  }
}

async function replyFromRecording(asked: string, headers: IncomingMessage['headers']): Promise<Reply> {
  if (asked === 'GET /v1/status/leader?dc=dc1') return {json: '127.44.1.1:8300'}
  if (asked.includes('?dc=') && !asked.endsWith('?dc=dc1')) return {status: 500, text: 'No path to datacenter'}
  if (asked.startsWith('GET /v1/acl/token/self') && !headers['x-consul-token'])
    return {status: 403, text: 'ACL not found'}
  if (/^GET \/v1\/(?:config|connect\/intentions)/.test(asked) && !recordings[asked]) return {json: []}
  const name = recordings[asked]
  return name === undefined ? {status: 404, text: 'Invalid URL path'} : {json: await recorded(name)}
}

function send(response: ServerResponse, reply: Exclude<Reply, {does: string}>): void {
  const body = 'json' in reply ? JSON.stringify(reply.json) : reply.text
  response.writeHead(reply.status ?? 200, {'content-type': 'application/json', ...reply.headers})
  response.end(body)
}
