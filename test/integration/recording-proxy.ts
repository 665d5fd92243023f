import {createServer, request, type IncomingMessage, type ServerResponse} from 'node:http'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

export interface RecordingProxy {
  close(): Promise<void>
  /** `GET /v1/status/leader` of each request that came, without what follows a question mark. */
  readonly requests: string[]
  readonly url: string
}

/**
 * Passes requests on to an HTTP API and keeps their methods and paths.
 * @param answered runs when the API has answered and before the caller hears of it.
 */
export async function recordingProxy(
  target: string,
  answered: (request: string) => void = () => undefined,
): Promise<RecordingProxy> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    const line = `${incoming.method ?? ''} ${(incoming.url ?? '').split('?')[0] ?? ''}`
    requests.push(line)
    passOn(target, incoming, outgoing, () => {
      answered(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    requests,
    url: `http://127.0.0.1:${port}`,
  }
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse, answered: () => void): void {
  const {headers, method, url = '/'} = incoming
  const onward = request(new URL(url, target), {headers, method}, (answer) => {
    answered()
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
