import type {Ports} from '../system/ports.js'
import {liveLine} from './live-line.js'

/** What takes less is over before it could be read. Milliseconds. */
const firstAfterMs = 400
const everyMs = 1000
const millisecondsPerSecond = 1000

type Screen = Pick<NodeJS.WriteStream, 'columns' | 'write'> & {readonly isTTY?: boolean}

/**
 * Does something and says on a terminal meanwhile what, and since when, in a line of which nothing stays. Elsewhere, and with TERM=dumb, nothing is shown.
 * @param work what is done, with ports that talk above that line.
 */
export async function withProgress<T>(
  text: string,
  ports: Ports,
  work: (ports: Ports) => Promise<T>,
  screen: Screen = process.stderr,
): Promise<T> {
  if (!screen.isTTY || ports.env.TERM === 'dumb') return work(ports)
  const line = liveLine(screen)
  const startedAt = Date.now()
  const show = () => {
    line.show(`${text} … ${Math.floor((Date.now() - startedAt) / millisecondsPerSecond)} s`)
  }
  const first = setTimeout(show, firstAfterMs)
  const again = setInterval(show, everyMs)
  const talk = (said: string) => {
    line.clear()
    ports.talk(said)
  }
  try {
    return await work({...ports, talk})
  } finally {
    clearTimeout(first)
    clearInterval(again)
    line.clear()
  }
}
