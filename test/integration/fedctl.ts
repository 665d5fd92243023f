import {mkdtemp, readFile, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

/** The built program, as a user runs it from a checkout. */
export const fedctlScript = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export interface Ended {
  readonly exitCode: number | undefined
  readonly stderr: string
  readonly stdout: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Runs fedctl to its end, without a terminal and with no token of the caller's environment. */
export async function fedctl(args: readonly string[], {cwd, env = {}}: RunOptions = {}): Promise<Ended> {
  const {exitCode, stderr, stdout} = await execa(process.execPath, [fedctlScript, ...args], {
    env: {CONSUL_HTTP_ADDR: undefined, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined, ...env},
    reject: false,
    stdin: 'ignore',
    timeout: 600_000,
    ...(cwd === undefined ? {} : {cwd}),
  })
  return {exitCode, stderr, stdout}
}

/** A folder of its own for a test. */
export async function temporaryFolder(): Promise<{path: string; remove(): Promise<void>}> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'fedctl-test-')))
  return {path, remove: () => rm(path, {force: true, recursive: true})}
}

/** Whether a process runs. One that has ended and that nobody has waited for yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !stat.slice(stat.lastIndexOf(')')).startsWith(') Z')
}

/** What `consul version` says first, of the Consul that tests run with: `1.8.7`. */
export async function consulVersion(): Promise<string> {
  const {stdout} = await execa(process.env.FEDCTL_CONSUL ?? 'consul', ['version'])
  return /^Consul v(\S+)/.exec(stdout)?.[1] ?? ''
}
