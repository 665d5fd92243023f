import type {Agent, Federation} from '../federation/model.js'
import {localProcess} from '../hosts/local-process.js'
import {logTail} from '../hosts/log-tail.js'
import {findProcess} from '../system/background-process.js'

const tailLines = 12
const started = /^==> (?:Starting Consul agent|Consul agent running)/
/** Consul command/agent/agent.go, 1.8–1.21: what is wrong with the configuration, and what keeps a server from starting after that. */
const refusal =
  /^==> (?!Caught |Gracefully |Log data |Multiple |Newer )(?<said>.+)|\[ERROR\] +agent: (?<error>Error starting agent: .+)/

/**
 * Why an agent of this machine has ended as soon as it was started, in Consul's words.
 * @returns Undefined where it runs, was stopped, is not of this machine, or ended in another way.
 */
export async function lastWordsOf(federation: Federation, {host, id}: Agent): Promise<string | undefined> {
  if (host !== 'local') return undefined
  const {logFile, pidFile} = localProcess(federation, id)
  if ((await findProcess(pidFile))?.alive !== false) return undefined
  return refusalIn(await logTail(logFile, tailLines))
}

/** @returns The last refusal among the lines of a log, where no agent has run since. */
export function refusalIn(lines: readonly string[]): string | undefined {
  const since = lines.slice(lines.findLastIndex((line) => started.test(line)) + 1)
  const {error, said} = since.map((line) => refusal.exec(line)?.groups).findLast(Boolean) ?? {}
  return error ?? said
}
