/** Keys of a terminal, read one by one while they are wanted. */
export interface Keys {
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
  return {
    listen(onKey) {
      if (!heard) {
        raw()
        input.on('data', onData).resume()
        process.on('SIGCONT', raw).on('exit', cooked)
      }
      heard = onKey
    },
    release() {
      if (!heard) return
      heard = undefined
      process.off('SIGCONT', raw).off('exit', cooked)
      input.off('data', onData).pause()
      cooked()
    },
  }
}
