import {setImmediate as nextTurn} from 'node:timers/promises'

import {FedctlError} from '../errors/fedctl-error.js'
import {isErrno} from '../system/files.js'
import {systemReason} from '../system/system-reason.js'

/** What became of stdout. */
export interface Output {
  /** Resolves once stdout takes nothing any more. */
  readonly broken: Promise<void>
  /** @returns Why not everything could be written; undefined where it could, and where the reader has gone, as `head` does. */
  failure(): Promise<FedctlError | undefined>
}

/**
 * Keeps a stdout or stderr that is closed or full from ending the run. Replaces the listener of oclif, which throws where nobody catches.
 */
export function watchOutput({stderr, stdout}: Pick<NodeJS.Process, 'stderr' | 'stdout'> = process): Output {
  let trouble: Error | undefined
  const broken = new Promise<void>((resolve) => {
    stdout.removeAllListeners('error').on('error', (error: Error) => {
      trouble ??= error
      resolve()
    })
  })
  // Without stderr there is nowhere to say so.
  stderr.removeAllListeners('error').on('error', () => undefined)
  return {
    broken,
    async failure() {
      // The stream tells what happened to the last write in the next turn.
      await nextTurn()
      if (!trouble || isErrno(trouble, 'EPIPE')) return undefined
      return new FedctlError('file.unwritable', `cannot write the output: ${systemReason(trouble)}`, {
        cause: trouble,
        suggestions: ['free space there, or write it to another file'],
      })
    },
  }
}
