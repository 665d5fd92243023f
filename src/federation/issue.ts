import {FedctlError} from '../errors/fedctl-error.js'
import {shown, shownName} from './fields/shown.js'
import type {FilePlace} from './model.js'

const listed = 50

/** Where something stands in the federation file, by keys and indexes. */
export type Path = readonly (number | string)[]

/** Something wrong with a value of the file: what it is, and what to write instead. */
export interface Issue {
  readonly message: string
  /** Where the place of the issue is the key, not its value. */
  readonly part?: 'key'
  readonly path: Path
}

/** An issue with its place in the text. Its path is empty for the file as a whole. */
export interface FederationIssue extends FilePlace {
  readonly message: string
}

/** The federation file is not valid (`federation.invalid`); `issues` has everything that is wrong with it, in the order of the text. */
export class FederationInvalid extends FedctlError {
  readonly issues: readonly FederationIssue[]

  constructor(file: string, issues: readonly FederationIssue[]) {
    super('federation.invalid', messageOf(file, issues), {
      suggestions: ['correct the file and run the same command again; `fedctl schema` prints what may stand in it'],
    })
    this.name = 'FederationInvalid'
    this.issues = issues
  }
}

/** A path as people read it: `datacenters[0].name`. */
export function pathText(path: Path): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${/^[\w<-]{1,60}$/.test(part) ? shownName(part) : shown(part)}`,
    )
    .join('')
    .replace(/^\./, '')
}

/** An issue in one line: `federation.yaml:12:5: verify.suppress[0].check: no check fits "x"`. */
export function issueLine(file: string, {column, line, message, path}: FederationIssue): string {
  return `${file}:${line}:${column}: ${path ? `${path}: ` : ''}${message}`
}

function messageOf(file: string, issues: readonly FederationIssue[]): string {
  const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`
  const lines = issues.slice(0, listed).map((issue) => `  ${issueLine(file, issue)}`)
  const rest = issues.length > listed ? [`  and ${issues.length - listed} more`] : []
  return [`the federation file is not valid, ${count}:`, ...lines, ...rest].join('\n')
}
