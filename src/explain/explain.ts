import {catalogue} from '../checks/catalogue.js'
import {rules} from '../checks/diagnosis/rules.js'
import {fedctlCommand} from '../checks/fedctl-command.js'
import {categoryOf} from '../checks/selection.js'
import {distinct} from '../checks/wording.js'
import {errorCatalogue} from '../errors/catalogue.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {nearMiss} from '../federation/near-miss.js'
import type {Answer, Explained} from './answer.js'
import {documented} from './documentation.js'
import {knownTexts} from './known-texts.js'
import {readLog, type LogReading} from './read-log.js'
import {answerOf} from './recognise.js'

/**
 * Says what the lines of a log mean, without asking anybody.
 * @returns What each known line means, once each, by weight. @throws FedctlError `explain.unknown`.
 */
export async function explainLog(lines: AsyncIterable<string>): Promise<Explained> {
  const reading = await readLog(lines)
  if (reading.answers.length > 0) return explainedBy(reading)
  const {lines: count, unknown} = reading.account
  throw new FedctlError(
    'explain.unknown',
    count === 0
      ? 'there is no text to explain'
      : `nothing in ${counted(count)} is known, ${unknown} of them warnings or errors`,
    {suggestions: [`see what is wrong with a federation: ${fedctlCommand('verify')}`]},
  )
}

/**
 * Says what something means, without asking anybody.
 * @param question the id of a check or cause, a category, the code of an error, or a text of Consul, Envoy or a TLS library, of any number of lines.
 * @returns One or more answers, the one to read first at the front.
 * @throws FedctlError `explain.unknown`.
 */
export async function explain(question: string): Promise<Explained> {
  const answers = await explainName(question)
  if (answers.length > 0) return {answers}
  const reading = await readLog(question.split('\n'))
  if (reading.answers.length > 0) return explainedBy(reading)
  throw unknown(nameIn(question))
}

/** @returns What the check, cause, category, error or text of that id is; nothing where there is none. */
export async function explainName(question: string): Promise<Answer[]> {
  const word = nameIn(question)
  return [...(await byName(word)), ...knownTexts.filter(({id}) => id === word).map((known) => answerOf(known, {}))]
}

/** Errors show their code in brackets. */
function nameIn(question: string): string {
  return question.trim().replace(/^\[(.+)\]$/, '$1')
}

function explainedBy({account, answers}: LogReading): Explained {
  const isOneMessage = answers.every(({lines}) => lines === undefined)
  return isOneMessage ? {answers} : {answers, log: account}
}

function counted(lines: number): string {
  return lines === 1 ? 'this line' : `these ${lines} lines`
}

async function byName(word: string): Promise<Answer[]> {
  const check = catalogue.find(({id}) => id === word)
  const cause = rules.find((rule) => rule.cause === word)
  const error = Object.entries(errorCatalogue).find(([code]) => code === word)
  return [
    ...categoryAnswers(word.replace(/\.\*?$/, '')),
    ...(check ? [await checkAnswer(check.id, check.title)] : []),
    ...(cause ? [await causeAnswer(cause.cause, cause.title)] : []),
    ...(error ? [errorAnswer(...error)] : []),
  ]
}

/** Nothing longer is a misspelt id. Characters. */
const longestId = 60

/** Every check, cause and error code whose id begins so. */
function categoryAnswers(category: string): Answer[] {
  const named = [
    ...catalogue,
    ...rules.map(({cause, title}) => ({id: cause, title})),
    ...Object.entries(errorCatalogue).map(([id, {title}]) => ({id, title})),
  ].filter(({id}) => id !== category && categoryOf(id) === category)
  if (named.length === 0) return []
  const checks = catalogue.map(({id}) => id).filter((id) => categoryOf(id) === category)
  const meaning = ['Checks, causes and errors whose ids begin so. `fedctl explain` with one of them says more.']
  return [
    {
      ...nothingMore,
      checks,
      id: category,
      kind: 'category',
      look: distinct(named.map(({id, title}) => `${id}: ${title}`)),
      meaning,
      title: `what ${category} is about`,
    },
  ]
}

const nothingMore = {causes: [], checks: [], fix: [], look: []}

async function checkAnswer(id: string, title: string): Promise<Answer> {
  const look = [fedctlCommand('verify', {only: id})]
  return {...nothingMore, docs: `docs/checks.md#${id}`, id, kind: 'check', look, meaning: await documented(id), title}
}

async function causeAnswer(id: string, title: string): Promise<Answer> {
  const meaning = await documented(`cause-${id}`)
  return {...nothingMore, docs: `docs/checks.md#cause-${id}`, id, kind: 'cause', meaning, title}
}

function errorAnswer(id: string, {exitCode, remedy, title}: {exitCode: number; remedy: string; title: string}): Answer {
  const meaning = [`fedctl ends with exit code ${exitCode} after it.`]
  return {...nothingMore, docs: `docs/errors.md#${id}`, fix: [remedy], id, kind: 'error', meaning, title}
}

/** Such as `wan.rpc`. */
const looksLikeId = /^[a-z][a-z-]*(?:\.[a-z][a-z-]*)+$/

function unknown(word: string): FedctlError {
  const named = [...catalogue.map(({id}) => id), ...rules.map(({cause}) => cause), ...Object.keys(errorCatalogue)]
  const ids = [...new Set([...named, ...named.map(categoryOf), ...knownTexts.map(({id}) => id)])]
  const near = word.length > longestId ? undefined : nearMiss(word, ids)
  const shown = word.length > 80 ? `${word.slice(0, 80)}…` : word
  return new FedctlError('explain.unknown', `nothing is known about "${shown}"`, {
    suggestions: [
      ...(near === undefined ? [] : [`fedctl explain ${near}`]),
      ...(looksLikeId.test(word)
        ? near === undefined
          ? [`fedctl explain with one of: ${distinct(named.map(categoryOf)).sort().join(', ')}`]
          : []
        : ['quote the whole line, or pipe a log into it: journalctl -u consul | fedctl explain']),
      `see what is wrong with a federation: ${fedctlCommand('verify')}`,
    ],
  })
}
