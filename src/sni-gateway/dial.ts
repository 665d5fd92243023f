import {connect, type Socket} from 'node:net'

import type {Target} from './routes.js'

/** Sockets of the gateway: they may be closed in one direction only, and the kernel notices peers that are gone. */
export const socketOptions = {
  allowHalfOpen: true,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
  noDelay: true,
} as const

export type Dialled =
  | {readonly ok: false; readonly failures: readonly string[]}
  | {readonly ok: true; readonly socket: Socket; readonly target: Target}

/**
 * Connects to the first target that takes the connection. Never rejects.
 * @param timeoutMs for each target.
 * @param signal gives up, with the failures so far.
 */
export async function dialFirst(targets: readonly Target[], timeoutMs: number, signal: AbortSignal): Promise<Dialled> {
  const failures: string[] = []
  for (const target of targets) {
    if (signal.aborted) break
    const socket = await dial(target, timeoutMs, signal)
    if (typeof socket !== 'string') return {ok: true, socket, target}
    failures.push(`${target.host}:${target.port}: ${socket}`)
  }
  return {failures, ok: false}
}

/** @returns The connected socket, or why there is none. */
function dial({host, port}: Target, timeoutMs: number, signal: AbortSignal): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect({...socketOptions, host, port})
    const settle = (result: Socket | string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect)
      if (typeof result === 'string') socket.destroy()
      resolve(result)
    }
    const onConnect = () => settle(socket)
    const onAbort = () => settle('given up')
    const timer = setTimeout(() => settle(`no answer within ${timeoutMs} ms`), timeoutMs)
    signal.addEventListener('abort', onAbort, {once: true})
    // Stays for the life of the socket: an error after the connect is followed by `close`, which its user watches.
    socket.on('error', (error) => settle((error as NodeJS.ErrnoException).code ?? error.message))
    socket.on('connect', onConnect)
  })
}
