import {type ErrorCode, errorCatalogue} from './catalogue.js'

export interface FedctlErrorOptions {
  cause?: unknown
  /** What to do next: commands or edits, most useful first. */
  suggestions?: string[]
}

/**
 * A failure that fedctl expects and explains.
 * The message is lower case, has no period, names the wrong value and what was expected instead.
 * oclif prints `code` and `suggestions` by itself and ends with `oclif.exit`.
 */
export class FedctlError extends Error {
  readonly code: ErrorCode
  readonly exitCode: number
  readonly oclif: {exit: number}
  readonly suggestions: string[]

  constructor(code: ErrorCode, message: string, options: FedctlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'FedctlError'
    this.code = code
    this.exitCode = errorCatalogue[code].exitCode
    this.oclif = {exit: this.exitCode}
    this.suggestions = options.suggestions ?? []
  }
}
