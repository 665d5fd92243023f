import {readdir, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

import {readIfExists} from '../../../src/system/files.js'
import {type Ended, fedctlScript} from '../fedctl.js'
import {sortOf} from './sorts.js'

const moments = fileURLToPath(new URL('moments.js', import.meta.url))

/** Whether every single moment is to be tried, and not only the first of each sort. */
export const isExhaustive = process.env.KILL_EVERYWHERE === '1'

export interface KillOptions {
  /** Number of the moment, from 1. */
  readonly at?: number
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly kinds?: readonly string[] | undefined
  /** Takes the name of each moment. */
  readonly list?: string
  /** A regular expression: moments that count, by kind and name, each one and not each sort. */
  readonly match?: string | undefined
  /** The workspace. */
  readonly root: string
  /** Holds the moments at which an earlier run ended. */
  readonly seen?: string
}

/** Runs fedctl, and ends it with SIGKILL at a moment of its work. `killed` is false where it came to its end before. */
export async function fedctlKilled(args: readonly string[], options: KillOptions): Promise<Ended & {killed: boolean}> {
  const {at, cwd, env = {}, kinds, list, match, root, seen} = options
  const {exitCode, signal, stderr, stdout} = await execa(
    process.execPath,
    ['--import', moments, fedctlScript, ...args],
    {
      cwd,
      env: {
        CONSUL_HTTP_ADDR: undefined,
        CONSUL_HTTP_TOKEN: undefined,
        FEDCTL_FEDERATION: undefined,
        KILL_AT: at === undefined ? undefined : String(at),
        KILL_KINDS: kinds?.join(','),
        KILL_LIST: list,
        KILL_MATCH: match,
        KILL_ROOT: root,
        KILL_SEEN: seen,
        KILL_SORTS: isExhaustive || match !== undefined ? undefined : '1',
        ...env,
      },
      reject: false,
      stdin: 'ignore',
      timeout: 600_000,
    },
  )
  return {exitCode, killed: signal === 'SIGKILL', stderr, stdout}
}

/** The numbers of the moments to try: all of them, or the first of each sort. */
export async function momentsToTry(list: string): Promise<number[]> {
  const lines = (await readFile(list, 'utf8')).trim().split('\n')
  const sorts = lines.map((line) => sortOf(line))
  return lines.flatMap((_, index) => (isExhaustive || sorts.indexOf(sorts[index] ?? '') === index ? [index + 1] : []))
}

/** Every file below a folder with its permissions; for what a run made, not for what Consul keeps. */
export async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, {recursive: true, withFileTypes: true})
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/data/'))
  const described = files.map(async (path) => {
    const {mode} = await stat(path)
    return `${path.slice(root.length + 1)} ${(mode & 0o777).toString(8)}`
  })
  return (await Promise.all(described)).sort()
}

interface SecretsFile {
  readonly gossipKey?: string
  readonly tokens: Readonly<Record<string, {readonly accessorId: string; readonly secretId: string}>>
}

/** The secrets of a workspace, by name. */
export async function secretsOf(root: string): Promise<Record<string, string>> {
  const content = await readIfExists(join(root, '.fedctl', 'secrets.json'))
  if (!content) return {}
  const {gossipKey, tokens} = JSON.parse(content.toString('utf8')) as SecretsFile
  const named = Object.entries(tokens).map(([name, {secretId}]) => [name, secretId])
  return Object.fromEntries([...named, ...(gossipKey === undefined ? [] : [['gossip', gossipKey]])]) as Record<
    string,
    string
  >
}

/** A text with the names of secrets in their place. */
export function withoutSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets).reduce((rest, [name, secret]) => rest.replaceAll(secret, `<${name}>`), text)
}
