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
  if (question !== '' && question !== '-') return (await faultAnswer(question)) ?? explain(question)
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

/** What a fault of a lab is; undefined where there is none of that id. */
async function faultAnswer(id: string): Promise<Answer[] | undefined> {
  const {listFaults} = await import('../lab/faults/listed.js')
  const fault = listFaults().faults.find((one) => one.id === id)
  if (!fault) return undefined
  const {cause, checks, needs, title} = fault
  const shown =
    cause === '' ? `\`fedctl verify\` warns then: ${checks.join(', ')}` : `\`fedctl verify\` names ${cause} first then`
  return [
    {
      causes: [],
      checks,
      fix: [],
      id,
      kind: 'fault',
      look: [...(cause === '' ? [] : [`fedctl explain ${cause}`]), 'fedctl lab faults'],
      meaning: [
        `A fault that \`fedctl lab break ${id}\` makes in a lab${needs.length > 0 ? ` (needs ${needs.join(', ')})` : ''}. ${shown}.`,
      ],
      title,
    },
  ]
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
