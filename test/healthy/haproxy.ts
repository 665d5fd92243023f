import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync} from 'node:fs'
import {delimiter} from 'node:path'
import {fileURLToPath} from 'node:url'

/** Where set-up puts programs that are not on the PATH. */
const tools = fileURLToPath(new URL('../../.tools/bin', import.meta.url))

/** An HAProxy in the foreground, as a child of this process. */
export interface Haproxy {
  /** Ends it and its connections at once. */
  end(): Promise<void>
}

/** Starts a HAProxy with a configuration; what it says goes to a file beside that. */
export function startHaproxy(configuration: string): Haproxy {
  const log = openSync(`${configuration}.log`, 'a', 0o600)
  const env = {...process.env, PATH: [process.env.PATH, tools].join(delimiter)}
  const child = spawn('haproxy', ['-db', '-f', configuration], {env, stdio: ['ignore', log, log]})
  closeSync(log)
  // A failed start shows at its port.
  child.on('error', () => undefined)
  return {
    async end() {
      if (!isAlive(child)) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function isAlive({exitCode, pid, signalCode}: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}
