import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, rm, statfs, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'

import {type Ended, fedctlScript, temporaryFolder} from './fedctl.js'

/** A file system of its own in memory, seen by nothing but what runs on it. */
export interface SmallDisk {
  /** Runs fedctl in its top folder, or in one below. */
  fedctl(args: readonly string[], options?: {readonly folder?: string}): Promise<Ended>
  /** Leaves that many KiB free. */
  leave(kibibytes: number): Promise<void>
  /** The path of a file as the test reaches it. */
  outside(...path: string[]): string
  /** The path of the same file as fedctl sees it. */
  inside(...path: string[]): string
  remove(): Promise<void>
  /** Frees what `leave` took. */
  room(): Promise<void>
  /** Changes an option of the mount, such as `ro`, `rw` or `size=9m`. */
  set(option: string): Promise<void>
}

const isRoot = process.getuid?.() === 0
const filler = '.filler'

/** Root ignores permissions; without these two capabilities it does not. */
const likeOthers = isRoot
  ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search']
  : []

/** Mounts a tmpfs of `size`, such as `400k`, in a mount namespace of its own: needs root, or user namespaces. */
export async function mountSmallDisk(size: string): Promise<SmallDisk> {
  const folder = await temporaryFolder()
  const script = 'mount -t tmpfs -o "size=$1,mode=700" none "$0" && echo mounted && exec cat'
  const namespaces = [isRoot ? '-m' : '-rm', '--propagation', 'private']
  const holder = spawn('unshare', [...namespaces, 'sh', '-c', script, folder.path, size], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  const enter = ['-t', String(holder.pid), '-m', ...(isRoot ? [] : ['-U', '--preserve-credentials'])]
  const outside = (...path: string[]) => join('/proc', String(holder.pid), 'root', folder.path, ...path)
  const inside = (...path: string[]) => join(folder.path, ...path)
  const room = () => rm(outside(filler), {force: true})
  return {
    async fedctl(args, {folder: below = '.'} = {}) {
      const command = [...likeOthers, process.execPath, fedctlScript, ...args]
      const inFolder = ['sh', '-c', 'cd "$0" && exec "$@"', inside(below)]
      const {exitCode, stderr, stdout} = await execa('nsenter', [...enter, ...inFolder, ...command], {
        env: {CONSUL_HTTP_ADDR: undefined, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined},
        reject: false,
        stdin: 'ignore',
        timeout: 300_000,
      })
      return {exitCode, stderr, stdout}
    },
    inside,
    async leave(kibibytes) {
      await room()
      const {bavail, bsize} = await statfs(outside())
      await writeFile(outside(filler), Buffer.alloc(Math.max(0, bavail * bsize - kibibytes * 1024)))
    },
    outside,
    async remove() {
      holder.stdin.end()
      await once(holder, 'exit')
      await folder.remove()
    },
    room,
    async set(option) {
      await execa('nsenter', [...enter, 'mount', '-o', `remount,${option}`, folder.path])
    },
  }
}

/** Makes a folder on a small disk. */
export async function makeFolder(disk: SmallDisk, ...path: string[]): Promise<void> {
  await mkdir(disk.outside(...path), {mode: 0o700, recursive: true})
}
