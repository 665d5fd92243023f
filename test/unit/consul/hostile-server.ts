import {once} from 'node:events'
import {createServer, type AddressInfo, type Socket} from 'node:net'

export interface HostileServer {
  readonly close: () => Promise<void>
  /** What was sent to it, in the order of the requests. */
  readonly requests: string[]
  readonly url: string
}

/** A server that answers each request as `behave` does with the bare connection. */
export async function hostileServer(behave: (socket: Socket) => void): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    // What the client hangs up on in the middle is part of the test.
    socket.on('error', () => socket.destroy())
    socket.once('data', (bytes) => {
      requests.push(bytes.toString('latin1'))
      behave(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
}

/** A whole HTTP answer. */
export function answerWith(status: string, body: string, headers: readonly string[] = []): (socket: Socket) => void {
  const head = [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', '']
  return (socket) => socket.end(head.join('\r\n') + body)
}

/** Begins an answer with `head` and goes on with `part` as fast as the other side takes it. */
export function floodWith(head: string, part: string): (socket: Socket) => void {
  return (socket) => {
    const flood = () => {
      while (!socket.destroyed && socket.write(part));
    }
    socket.write(head)
    socket.on('drain', flood)
    flood()
  }
}

/** Begins an answer with `head` and goes on with `part` now and then, without end. */
export function dripWith(head: string, part: string): (socket: Socket) => void {
  return (socket) => {
    socket.write(head)
    const timer = setInterval(() => socket.write(part), 20)
    socket.once('close', () => clearInterval(timer))
  }
}
