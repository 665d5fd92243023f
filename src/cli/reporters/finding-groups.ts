import type {Finding} from '../../checks/check.js'
import {oneLine} from './plain-text.js'

/** Several subjects of which one and the same is found. */
export interface FindingGroup {
  readonly finding: Finding
  /** In the order of the findings. */
  readonly subjects: readonly string[]
}

const mostSubjects = 10

/** Findings that say the same, together, in the order in which they come first. */
export function groupAlike(findings: readonly Finding[]): FindingGroup[] {
  return grouped(findings, textOf)
}

/** Findings that could not be judged for the same reason, together, in the order in which they come first. */
export function groupByReason(findings: readonly Finding[]): FindingGroup[] {
  return grouped(findings, ({found = ''}) => found)
}

/** The names of some subjects and how many more there are; empty where the whole federation is meant. */
export function subjectsText(subjects: readonly string[]): string {
  const named = subjects.filter((subject) => subject !== 'federation')
  const more = named.length - mostSubjects
  if (more <= 1) return named.join(', ')
  return `${named.slice(0, mostSubjects).join(', ')} and ${more} more`
}

function grouped(findings: readonly Finding[], keyOf: (finding: Finding) => string): FindingGroup[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = keyOf(finding)
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()].flatMap((group) => {
    const [finding] = group
    return finding ? [{finding, subjects: group.map(({subject}) => subject)}] : []
  })
}

function textOf({subject: _subject, ...rest}: Finding): string {
  return oneLine(JSON.stringify(rest, Object.keys(rest).sort()))
}
