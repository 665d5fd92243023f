import type {Clock} from './clock.js'

/**
 * The side effects that a test or another front end may want to supply, built once per run by the base command.
 * Files, processes and sockets are reached through the functions of `system/` directly.
 */
export interface Ports {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. Everything that waits takes it. */
  readonly signal: AbortSignal
  /** Writes one line for people (stderr). Never data. */
  readonly talk: (line: string) => void
}
