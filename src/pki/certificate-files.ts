import {readdir} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {readIfExists, removeIfExists, statIfExists, writeWhole} from '../system/files.js'
import {publicMode} from './ca-files.js'
import type {CertificatePair} from './create-ca.js'
import {pairIn} from './pem.js'

/** Where a certificate and its key lie. */
export interface CertificatePaths {
  readonly certificateFile: string
  readonly keyFile: string
}

/** A certificate and its key as they lie on disk; undefined where there is no such file. */
export interface PairOnDisk {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** Whether a run that was interrupted left the pair whole, and not yet in its two files. */
  readonly unfinished?: true
}

/** @returns The pair that is there, or the one that an interrupted run was about to put there. @throws FedctlError `file.unreadable`. */
export async function readPair(paths: CertificatePaths): Promise<PairOnDisk> {
  const pending = await readIfExists(pendingFile(paths))
  if (pending) {
    const {certPem, keyPem} = pairIn(pending.toString('utf8'))
    return {certificate: certPem, key: keyPem, unfinished: true}
  }
  const [certificate, key] = await Promise.all([readIfExists(paths.certificateFile), readIfExists(paths.keyFile)])
  return {certificate: certificate?.toString('utf8'), key: key?.toString('utf8')}
}

/**
 * Puts a pair into its two files: first it is saved whole in one file, so that an interrupted run can be finished. What is replaced is kept beside it.
 * @returns Where the files that were replaced are kept. @throws FedctlError `file.unwritable`, `file.exists`.
 */
export async function writePair(paths: CertificatePaths, pair: CertificatePair, now: Date): Promise<string[]> {
  await writeWhole(pendingFile(paths), `${pair.keyPem}${pair.certPem}`)
  const key = await replaceKept(paths.keyFile, pair.keyPem, 0o600, now)
  const certificate = await replaceKept(paths.certificateFile, pair.certPem, publicMode, now)
  await removeIfExists(pendingFile(paths))
  return [...key, ...certificate]
}

/** No file of an agent has that name, and .gitignore leaves it out as it does keys. */
function pendingFile({keyFile}: CertificatePaths): string {
  return `${keyFile}.pending`
}

async function replaceKept(path: string, content: string, mode: number, now: Date): Promise<string[]> {
  const old = await readIfExists(path)
  if (old?.toString('utf8') === content) return []
  const kept = old ? [await keep(path, old, mode, now)] : []
  await writeWhole(path, content, {exclusive: !old, mode})
  return kept
}

/** Copies a file that is about to be replaced: `s1.pem` to `s1.pem.20261120T075117Z`. An interrupted run may have done so already. */
async function keep(path: string, content: Buffer, mode: number, now: Date): Promise<string> {
  const folder = dirname(path)
  for (const name of (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.`))) {
    if ((await readIfExists(join(folder, name)))?.equals(content)) return join(folder, name)
  }
  const copy = await freePath(`${path}.${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`)
  await writeWhole(copy, content, {exclusive: true, mode})
  return copy
}

async function freePath(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? path : `${path}-${number}`
    if (!(await statIfExists(candidate))) return candidate
  }
}
