import type {Answer, AnswerFailure} from '../observe/snapshot.js'
import {unanswered, type Verdict} from './verdict.js'

/** A fact, or the reason why nobody knows it. */
export type Known<T> = {readonly known: false; readonly reason: string} | {readonly known: true; readonly value: T}

/** Something that is known. */
export function fact<T>(value: T): Known<T> {
  return {known: true, value}
}

/** Something that is not known, and why. */
export function unknown(reason: string): {readonly known: false; readonly reason: string} {
  return {known: false, reason}
}

export const notObserved = unknown('it was not observed')

/** @param permission What the token needs for this question, such as `operator:read`; named where Consul refuses. */
export function known<T>(answer: Answer<T> | undefined, permission = 'a permission'): Known<T> {
  if (!answer) return notObserved
  return answer.ok ? fact(answer.value) : unknown(whyUnanswered(answer.failure, permission))
}

/** A value that this version of Consul may not tell. */
export function told<T>(value: T | undefined): Known<T> {
  return value === undefined ? unknown('this version of Consul does not say') : fact(value)
}

/** Judges what is known, and passes on the reason where it is not. */
export function given<T>(answer: Known<T>, judge: (value: T) => Verdict): Verdict {
  return answer.known ? judge(answer.value) : unanswered(answer.reason)
}

/** @returns The first that is known, else the reason of the first. */
export function firstKnown<T>(answers: readonly Known<T>[]): Known<T> {
  return answers.find((answer) => answer.known) ?? answers[0] ?? notObserved
}

/** Whether a server answered at all, if only to refuse. */
export function didAnswer(answer: Answer<unknown>): boolean {
  return answer.ok || ['forbidden', 'not-found', 'refused'].includes(answer.failure.kind)
}

/** The text of a failed question without where it was put and its status: what Consul or the network said. */
export function failureText({message}: AnswerFailure): string {
  return message
    .replace(/^(?:(?:DELETE|GET|PUT) \S+|TLS to \S+ for \S+): /, '')
    .replace(/^\d{3} /, '')
    .trim()
}

/** Whether Consul was asked; a file that is not there is not found either. */
function isRequest({message}: AnswerFailure): boolean {
  return /^(?:DELETE|GET|POST|PUT) /.test(message)
}

function whyUnanswered(failure: AnswerFailure, permission: string): string {
  const text = failureText(failure)
  switch (failure.kind) {
    case 'forbidden':
      return /ACL not found/i.test(text)
        ? `the server does not know the token (${text})`
        : `the token lacks ${permission} (${text})`
    case 'malformed':
      return `the answer cannot be read: ${text}`
    case 'not-found':
      return isRequest(failure) ? `this Consul does not offer it: ${text}` : text
    case 'refused':
      return `Consul answered with an error: ${text}`
    case 'timeout':
      return `no answer in time: ${text}`
    case 'tls':
      return `no verified connection: ${text}`
    case 'unreachable':
      return `no answer: ${text}`
  }
}
