import {setTimeout as delay} from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since some fixed moment, for durations and deadlines: unlike `now`, it does not jump when the system clock is set. */
  monotonicMs(): number
  /** What the system clock says, for what is written down and compared with dates. */
  now(): Date
  /** Resolves after `ms` milliseconds; rejects as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  now: () => new Date(),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? {signal} : {})
  },
}
