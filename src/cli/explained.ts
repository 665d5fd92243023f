import type {Readable} from 'node:stream'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Answer} from '../explain/answer.js'
import {explain, explainLog} from '../explain/explain.js'

/**
 * @param words what stands on the command line; nothing, or `-`, reads stdin.
 * @returns What is known about it. @throws FedctlError `usage` or `explain.unknown`.
 */
export async function explained(words: readonly string[], stdin: Readable & {isTTY?: boolean}): Promise<Answer[]> {
  const question = words.join(' ').trim()
  if (question !== '' && question !== '-') return explain(question)
  if (stdin.isTTY)
    throw new FedctlError(
      'usage',
      'nothing to explain: give the id of a check, the code of an error, or a line of a log',
      {
        suggestions: ['fedctl explain wan.rpc', 'journalctl -u consul | fedctl explain'],
      },
    )
  return explainLog(linesOf(stdin))
}

/**
 * Not by node:readline, which never says that an empty stream has ended.
 * @yields each line without its end
 */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split(/\r?\n/)
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}
