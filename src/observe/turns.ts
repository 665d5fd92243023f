/** Lets so many tasks run at once as this machine can do in good time. */
export type TakeTurn = <T>(task: () => Promise<T>) => Promise<T>

/** What a question to something that is near and well takes at most. */
export const patienceMs = 500

/**
 * A bound for tasks that are mostly quick. One that takes longer than `patienceMs` waits for somebody else and not for this machine: it
 * gives its place to the next, so that servers that hang hold nobody up.
 * @param atOnce tasks that run and are not older than that.
 * @param among others: a task that has its place here takes its turn there too, and its patience begins after that.
 */
export function takeTurns(atOnce: number, patienceMs: number, among?: TakeTurn): TakeTurn {
  const waiting: (() => void)[] = []
  let free = atOnce

  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    let holdsPlace = true
    const giveUpPlace = () => {
      if (holdsPlace) leave()
      holdsPlace = false
    }
    const run = async () => {
      const timer = setTimeout(giveUpPlace, patienceMs)
      try {
        return await task()
      } finally {
        clearTimeout(timer)
      }
    }
    try {
      return await (among ? among(run) : run())
    } finally {
      giveUpPlace()
    }
  }
}
