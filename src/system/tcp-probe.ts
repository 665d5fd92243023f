import {connect} from 'node:net'

/** Whether something accepts TCP connections there within `timeoutMs`. An aborted `signal` throws its reason. */
export async function acceptsConnections(
  {host, port}: {readonly host: string; readonly port: number},
  {signal, timeoutMs}: {readonly signal: AbortSignal; readonly timeoutMs: number},
): Promise<boolean> {
  const accepted = await new Promise<boolean>((resolve) => {
    const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const socket = connect({host, port, signal: ends})
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false)).once('connect', () => socket.destroy())
  })
  signal.throwIfAborted()
  return accepted
}
