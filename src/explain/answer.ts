import type {Weight} from './known-text.js'

/** What fedctl knows about a check, a category of them, a cause, an error code, a fault of a lab, or a text of Consul or Envoy. */
export interface Answer {
  /** Likely causes, the most likely first. */
  readonly causes: readonly string[]
  /** Checks that find the fault behind it. */
  readonly checks: readonly string[]
  /** A page of the documentation with an anchor. */
  readonly docs?: string
  /** For texts of several lines: the time of the first line, as the log has it. */
  readonly first?: string
  /** Commands and edits, the most useful first. */
  readonly fix: readonly string[]
  readonly id: string
  readonly kind: 'category' | 'cause' | 'check' | 'error' | 'fault' | 'text'
  /** For texts of several lines: the time of the last line, as the log has it. */
  readonly last?: string
  /** Where to look to tell the causes apart. */
  readonly look: readonly string[]
  /** For texts of several lines: how many of the lines lead here. */
  readonly lines?: number
  /** Paragraphs. */
  readonly meaning: readonly string[]
  /** It was not seen any more towards the end of the log. */
  readonly over?: true
  readonly title: string
  readonly versions?: string
  /** Of texts only. */
  readonly weight?: Weight
}

/** How much of a log was explained; `explained`, `ordinary` and `unknown` make up all its lines but the empty ones. */
export interface LogAccount {
  readonly explained: number
  readonly lines: number
  /** Lines that nothing is known about and that tell of no trouble. */
  readonly ordinary: number
  /** Warnings and errors that nothing is known about. */
  readonly unknown: number
  /** What those say, the most frequent first; lines that differ in numbers and in what they quote are one. */
  readonly unknownTexts: ReadonlyArray<{readonly lines: number; readonly text: string}>
}

/** What was asked, answered: the answer to read first at the front, and for several lines how much of them that covers. */
export interface Explained {
  readonly answers: readonly Answer[]
  readonly log?: LogAccount
}
