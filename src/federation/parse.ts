import {withoutInvalid} from './file-view.js'
import {FederationInvalid, type FederationIssue, type Issue, pathText} from './issue.js'
import type {Federation} from './model.js'
import {resolveFederation} from './resolve.js'
import {checkRules} from './rules/all.js'
import {checkShape} from './shape-issues.js'
import {readYaml, type YamlSource} from './yaml-source.js'

/** Bytes. */
export const largestFile = 1024 * 1024

/**
 * Reads the text of a federation file. Nothing is looked up: no other file, no environment.
 * @param path of the file, for messages and for the workspace that paths are relative to
 * @throws FederationInvalid (`federation.invalid`) with everything that is wrong, in the order of the text
 */
export function parseFederation(text: string, path: string): Federation {
  if (Buffer.byteLength(text) > largestFile)
    throw invalidAsWhole(path, 'the file is larger than 1 MiB; it cannot be a federation file')
  const source = readYaml(text.replace(/^\uFEFF/, ''))
  if (source.complaints.length > 0) {
    throw new FederationInvalid(
      path,
      inOrder(source.complaints.map(({message, position}) => ({...position, message, path: ''}))),
    )
  }
  const whole = topLevelProblem(source.value)
  if (whole) throw invalidAsWhole(path, whole)
  const shape = checkShape(source.value, source.typed)
  if ('issues' in shape) {
    const rest = withoutInvalid(
      source.value,
      shape.issues.map((issue) => issue.path),
    )
    throw new FederationInvalid(path, placed(source, [...shape.issues, ...(rest ? checkRules(rest) : [])]))
  }
  const issues = checkRules(shape.file)
  if (issues.length > 0) throw new FederationInvalid(path, placed(source, issues))
  return resolveFederation(shape.file, path, source.position)
}

/** An error about the file that has no place in it. */
export function invalidAsWhole(path: string, message: string): FederationInvalid {
  return new FederationInvalid(path, [{column: 1, line: 1, message, path: ''}])
}

function topLevelProblem(value: unknown): string | undefined {
  if (value === null || value === undefined)
    return 'the file is empty; `fedctl init` in an empty folder writes one to start from'
  if (typeof value === 'object' && !Array.isArray(value)) return undefined
  return `the file holds ${Array.isArray(value) ? 'a list' : 'one text'}; it has to begin with keys such as "primary:" and "datacenters:"`
}

function placed(source: YamlSource, issues: readonly Issue[]): FederationIssue[] {
  return inOrder(
    issues.map(({message, part, path}) => ({...source.position(path, part ?? 'value'), message, path: pathText(path)})),
  )
}

function inOrder(issues: readonly FederationIssue[]): FederationIssue[] {
  return [...issues].sort((a, b) => a.line - b.line || a.column - b.column)
}
