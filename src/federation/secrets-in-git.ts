import {relative} from 'node:path'

import {readIfExists, writeWhole} from '../system/files.js'
import {gitignoreWith, uncovered} from './gitignore.js'
import {workspacePaths} from './workspace.js'

/**
 * Sees to it that git leaves the secrets of a workspace out: writes a `.gitignore` where there is none. One that is there is not touched, and where it
 * leaves something out of account, a line says so.
 * @param talk takes a line for people.
 * @throws FedctlError `file.unreadable`, `file.unwritable`.
 */
export async function leaveSecretsOut(workspace: string, talk: (line: string) => void): Promise<void> {
  const path = workspacePaths(workspace).gitignore
  const existing = (await readIfExists(path))?.toString('utf8')
  if (existing === undefined) {
    await writeWhole(path, gitignoreWith(undefined) ?? '', {mode: 0o644})
    return
  }
  const missing = uncovered(existing)
  if (missing.length === 0) return
  const file = relative(process.cwd(), path) || path
  talk(`warning: ${file} does not keep all secrets out of git; add ${missing.join(', ')}`)
}
