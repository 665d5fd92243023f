import {createReadStream} from 'node:fs'
import type {Readable} from 'node:stream'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Answer, Explained} from '../explain/answer.js'
import {explain, explainLog, explainName} from '../explain/explain.js'
import {statIfExists, unreadable} from '../system/files.js'

/**
 * @param words what stands on the command line: something to explain, or the files of logs; nothing, or `-`, reads stdin.
 * @returns What is known about it. @throws FedctlError `usage`, `file.unreadable` or `explain.unknown`.
 */
export async function explained(words: readonly string[], stdin: Readable & {isTTY?: boolean}): Promise<Explained> {
  const question = words.join(' ').trim()
  if (question !== '' && question !== '-') return explainWords(question, words)
  if (stdin.isTTY)
    throw new FedctlError(
      'usage',
      'nothing to explain: give the id of a check, the code of an error, a line of a log, or the file of a log',
      {
        suggestions: ['fedctl explain wan.rpc', 'journalctl -u consul | fedctl explain'],
      },
    )
  return explainLog(linesOf(stdin))
}

async function explainWords(question: string, words: readonly string[]): Promise<Explained> {
  const named = [...(await faultAnswers(question)), ...(await explainName(question))]
  if (named.length > 0) return {answers: named}
  return (await areFiles(words)) ? explainLog(linesOfFiles(words)) : explain(question)
}

const looksLikeFile = /^(?:\.{0,2}\/\S+|\S+\.log)$/
/** A word that may be the name of a file; lines of logs are longer, or have spaces. */
const mayBeFile = /^\S{1,255}$/

/** Whether logs are named, and not a text. @throws FedctlError `file.unreadable` or `usage` where they can only be meant as files and one is none. */
async function areFiles(words: readonly string[]): Promise<boolean> {
  if (!words.every((word) => mayBeFile.test(word))) return false
  const found = await Promise.all(words.map(statIfExists))
  if (found.every((stats) => stats?.isDirectory() === false)) return true
  if (!words.every((word) => looksLikeFile.test(word))) return false
  const missing = words.find((_, index) => !found[index])
  if (missing !== undefined) throw unreadable(missing, Object.assign(new Error('no such file'), {code: 'ENOENT'}))
  throw new FedctlError('usage', `${words.join(', ')}: not the file of a log`, {suggestions: ['name the log itself']})
}

async function* linesOfFiles(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    try {
      yield* linesOf(createReadStream(path))
    } catch (error) {
      throw unreadable(path, error)
    }
  }
}

/** What a fault of a lab is; nothing where there is none of that id. */
async function faultAnswers(id: string): Promise<Answer[]> {
  const {listFaults} = await import('../lab/faults/listed.js')
  const fault = listFaults().faults.find((one) => one.id === id)
  if (!fault) return []
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
