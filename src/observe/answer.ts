import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Answer, AnswerFailure} from './snapshot.js'

/** A question that was answered. */
export function answered<T>(value: T): Answer<T> {
  return {ok: true, value}
}

/** A question without an answer. */
export function failed(kind: AnswerFailure['kind'], message: string): Answer<never> {
  return {failure: {kind, message}, ok: false}
}

/**
 * Why there is no answer. The message is passed on as it is: the observer takes secrets out of the whole snapshot.
 * @throws `error` itself where it is not one that fedctl expects.
 */
export function failedBy(error: unknown): Answer<never> {
  if (error instanceof RequestError) return failed(error.kind, error.message)
  if (!(error instanceof FedctlError)) throw error
  if (error.code === 'file.unreadable') return failed('unreachable', error.message)
  return failed('malformed', error.message)
}
