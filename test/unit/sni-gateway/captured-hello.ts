import {once} from 'node:events'
import {type AddressInfo, createServer} from 'node:net'
import {connect, type ConnectionOptions} from 'node:tls'

/** The first bytes that node:tls really sends with those options, up to the end of its first flight. */
export async function capturedHello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer()
  server.listen(0, '127.42.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  const client = connect({host: '127.42.0.1', port, ...options})
  client.on('error', () => client.destroy())
  try {
    const [socket] = (await once(server, 'connection')) as [import('node:net').Socket]
    const [first] = (await once(socket, 'data')) as [Buffer]
    const whole = first.readUInt16BE(3) + 5
    let bytes = first
    while (bytes.length < whole) bytes = Buffer.concat([bytes, ((await once(socket, 'data')) as [Buffer])[0]])
    socket.destroy()
    return bytes
  } finally {
    client.destroy()
    server.close()
  }
}

/** The same handshake bytes, cut into records of the given payload sizes; what is left goes into a last one. */
export function recut(hello: Buffer, sizes: readonly number[]): Buffer {
  const payload = hello.subarray(5)
  const records: Buffer[] = []
  let at = 0
  for (const size of [...sizes, payload.length]) {
    const part = payload.subarray(at, at + size)
    if (part.length === 0) break
    const head = Buffer.from(hello.subarray(0, 5))
    head.writeUInt16BE(part.length, 3)
    records.push(head, part)
    at += part.length
  }
  return Buffer.concat(records)
}
