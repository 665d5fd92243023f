import {setImmediate} from 'node:timers/promises'

/** Keys of a terminal, read one by one while they are wanted. */
export interface Keys {
  /** Hears nothing of what was typed until now, and resolves when that is gone. Ctrl-C and the like count all the same. */
  discard(): Promise<void>
  /** From now on each key goes to `onKey`; a listener that was there before hears no more. */
  listen(onKey: (key: string) => void): void
  /** Gives the terminal back as it was. */
  release(): void
}

type Terminal = Pick<NodeJS.ReadStream, 'isRaw' | 'off' | 'on' | 'pause' | 'resume' | 'setRawMode'>

/** What a terminal makes of these keys where nobody reads them one by one. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {'\u0003': 'SIGINT', '\u001A': 'SIGTSTP', '\u001C': 'SIGQUIT'}

/** The keys of a terminal. Ctrl-C, Ctrl-Z and Ctrl-\ do what they always do, and a pasted text is no key. */
export function terminalKeys(input: Terminal = process.stdin): Keys {
  let heard: ((key: string) => void) | undefined
  const onData = (data: Buffer) => {
    const text = data.toString('utf8')
    const signal = [...text].map((key) => signals[key]).find((name) => name !== undefined)
    if (signal) return raise(signal)
    if ([...text].length === 1) heard?.(text)
  }
  const raw = () => input.setRawMode(true)
  const cooked = () => input.setRawMode(false)
  const raise = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT') cooked()
    process.kill(process.pid, signal)
  }
  const listen = (onKey: (key: string) => void) => {
    if (!heard) {
      raw()
      input.on('data', onData).resume()
      process.on('SIGCONT', raw).on('exit', cooked)
    }
    heard = onKey
  }
  return {
    async discard() {
      listen(() => undefined)
      // What waits in the terminal is read in the next round of the event loop, which has begun when the first of these comes.
      await setImmediate()
      await setImmediate()
    },
    listen,
    release() {
      if (!heard) return
      heard = undefined
      process.off('SIGCONT', raw).off('exit', cooked)
      input.off('data', onData).pause()
      cooked()
    },
  }
}
