import {once} from 'node:events'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

import {ConsulClient} from '../../../src/consul/client.js'

export interface StandInAgent {
  readonly client: ConsulClient
  readonly close: () => Promise<void>
  /** Every request, as path with query. */
  readonly requests: string[]
  /** Changes an answer; a blocking query that waits for it gets it at once. Undefined: the request fails with 500. */
  readonly set: (path: string, body: unknown) => void
}

/** An HTTP server with the blocking queries of a Consul agent: an index per path, which grows with each change. */
export async function standInAgent(): Promise<StandInAgent> {
  const answers = new Map<string, {body: unknown; index: number}>()
  const waiting = new Map<string, ServerResponse[]>()
  const requests: string[] = []
  const answer = (response: ServerResponse, path: string) => {
    const known = answers.get(path)
    response.writeHead(known?.body === undefined ? 500 : 200, {'X-Consul-Index': String(known?.index ?? 0)})
    response.end(JSON.stringify(known?.body))
  }
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    const {pathname, searchParams} = new URL(request.url ?? '', 'http://agent')
    const isCurrent = searchParams.get('index') === String(answers.get(pathname)?.index)
    if (isCurrent) waiting.set(pathname, [...(waiting.get(pathname) ?? []), response])
    else answer(response, pathname)
  })
  server.listen(0, '127.42.0.3')
  await once(server, 'listening')
  const client = new ConsulClient({url: `http://127.42.0.3:${(server.address() as AddressInfo).port}`})
  return {
    client,
    async close() {
      await client.close()
      server.closeAllConnections()
      server.close()
    },
    requests,
    set(path, body) {
      answers.set(path, {body, index: (answers.get(path)?.index ?? 0) + 1})
      for (const response of waiting.get(path) ?? []) answer(response, path)
      waiting.delete(path)
    },
  }
}
