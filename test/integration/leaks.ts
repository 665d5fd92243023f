import {readdir, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {workspacePaths} from '../../src/federation/workspace.js'

/** A text that must not be seen, and what it is called where it is. */
export interface Secret {
  readonly name: string
  readonly text: string
}

/** Everything that is secret in a workspace: what fedctl keeps, what it has rendered, and every private key, line by line. */
export async function secretsIn(workspace: string): Promise<Secret[]> {
  const paths = workspacePaths(workspace)
  const kept = JSON.parse(await readFile(paths.secrets, 'utf8')) as {
    gossipKey: string
    tokens: Record<string, {secretId: string}>
  }
  const files = [...(await filesBelow(paths.pki)), ...(await filesBelow(join(workspace, 'rendered')))]
  const found: Secret[] = [
    {name: 'the gossip key', text: kept.gossipKey},
    ...Object.entries(kept.tokens).map(([name, {secretId}]) => ({name: `token ${name}`, text: secretId})),
  ]
  for (const path of files) {
    if (path.endsWith('.hcl')) {
      const text = await readFile(path, 'utf8')
      const values = text.matchAll(/^\s*(?:encrypt|agent|default|initial_management|master|replication) += "(.+)"$/gm)
      found.push(...[...values].map((match) => ({name: `a secret of ${path}`, text: match[1] ?? ''})))
    } else found.push(...(await keyLinesOf([path])))
  }
  return found
}

/** The lines of those files that hold a private key. */
export async function keyLinesOf(paths: readonly string[]): Promise<Secret[]> {
  const texts = await Promise.all(paths.map(async (path) => ({path, text: await readFile(path, 'utf8')})))
  return texts.flatMap(({path, text}) => {
    if (!text.includes('PRIVATE KEY')) return []
    const lines = text.split('\n').filter((line) => /^[\w+/=]{16,}$/.test(line))
    return lines.map((line) => ({name: `a line of ${path}`, text: line}))
  })
}

/** @returns Names of the secrets that stand in a text, as they are or encoded. */
export function leaksIn(text: string, secrets: readonly Secret[]): string[] {
  return secrets.filter((secret) => spellings(secret.text).some((form) => text.includes(form))).map(({name}) => name)
}

/** In base64 a text can stand at three offsets; only what does not depend on its neighbours is looked for. */
function spellings(text: string): string[] {
  const shifted = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${' '.repeat(offset)}${text}`).toString('base64')
    return encoded.slice(offset === 0 ? 0 : 4, text.length - (text.length % 3))
  })
  return [text, encodeURIComponent(text), Buffer.from(text).toString('hex'), ...shifted]
}

/** Paths of files that others than their owner may read. */
export async function readableByOthers(folder: string): Promise<string[]> {
  const files = await filesBelow(folder)
  const modes = await Promise.all(files.map(async (path) => (await stat(path)).mode))
  return files.filter((_, index) => ((modes[index] ?? 0) & 0o044) !== 0)
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Arguments and environment of processes, as anybody who may look at them sees them. */
export async function whatProcessesShow(pids: Iterable<number | string>): Promise<string[]> {
  const files = [...pids].flatMap((pid) => ['cmdline', 'environ'].map((name) => `/proc/${pid}/${name}`))
  return Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')))
}

/** Every process below one in the tree of processes, without itself. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const pids = children.split(' ').filter(Boolean).map(Number)
  return [...pids, ...(await Promise.all(pids.map(descendantsOf))).flat()]
}
