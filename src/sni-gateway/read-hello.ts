import type {Socket} from 'node:net'

import {longestHello, readServerName} from './client-hello.js'
import type {Rejection} from './counters.js'

export type Hello =
  | {
      readonly kind: 'name'
      readonly alpn: readonly string[]
      /** Everything that has been read so far; the target has to see it first. */
      readonly head: Buffer
      readonly name: string
    }
  | {readonly kind: 'rejected'; readonly reason: Rejection}

/**
 * Waits for the ClientHello on a fresh connection and leaves the socket paused behind it. Never rejects.
 * @param timeoutMs how long the whole hello may take, however slowly its bytes drip.
 */
export function readHello(socket: Socket, timeoutMs: number): Promise<Hello> {
  return new Promise((resolve) => {
    let head: Buffer = Buffer.alloc(0)
    const settle = (hello: Hello) => {
      clearTimeout(timer)
      socket.off('data', onData).off('end', onEnd).off('close', onEnd)
      socket.pause()
      resolve(hello)
    }
    const reject = (reason: Rejection) => settle({kind: 'rejected', reason})
    const onEnd = () => reject('closed-early')
    const onData = (chunk: Buffer) => {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
      const found = readServerName(head)
      if (found.kind === 'name') settle({...found, head})
      else if (found.kind !== 'more') reject(found.kind)
      else if (head.length > longestHello) reject('too-long')
    }
    const timer = setTimeout(() => reject('hello-timeout'), timeoutMs)
    socket.on('data', onData).on('end', onEnd).on('close', onEnd)
  })
}
