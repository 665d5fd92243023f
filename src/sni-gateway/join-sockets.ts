import type {Socket} from 'node:net'

/** Once one side has finished, how long the other one may stay silent before both are closed. */
const silenceAfterEndMs = 60_000

/**
 * Passes bytes both ways, with back-pressure and half-closed connections, until both sockets are closed.
 * @param head bytes of `client` that were read already.
 */
export async function joinSockets(client: Socket, target: Socket, head: Buffer): Promise<void> {
  const both = [client, target]
  const destroyBoth = () => both.forEach((socket) => socket.destroy())
  for (const socket of both) {
    socket.once('end', () => both.forEach((each) => each.setTimeout(silenceAfterEndMs)))
    socket.once('timeout', destroyBoth)
    // After an error, or when somebody destroyed it, nothing more can pass; after an orderly end there is nothing left to do.
    socket.once('close', (hadError) => {
      if (hadError || !socket.readableEnded || !socket.writableFinished) destroyBoth()
    })
  }
  const closed = both.map(untilClosed)
  if (client.destroyed) destroyBoth()
  target.write(head)
  client.pipe(target)
  target.pipe(client)
  await Promise.all(closed)
}

/** Resolves when the socket is closed, also where it has been for long. */
export function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
