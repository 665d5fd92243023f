import {describe, expect, it} from 'vitest'

import type {Finding} from '../../../../src/checks/check.js'
import {groupAlike, groupByReason, subjectsText} from '../../../../src/cli/reporters/finding-groups.js'

const names = (count: number) => Array.from({length: count}, (_, index) => `dc${index + 1}`)
const failed = (subject: string, found: string): Finding => ({found, status: 'fail', subject})

describe('findings that say the same', () => {
  it('are one group in the order of the first, with all their subjects', () => {
    const findings = [failed('dc1', 'no leader'), failed('dc2', 'no answer'), failed('dc3', 'no leader')]
    expect(groupAlike(findings).map(({subjects}) => subjects)).toEqual([['dc1', 'dc3'], ['dc2']])
  })

  it('stay apart where anything else than the subject differs, unless only the reason is asked about', () => {
    const findings = [failed('dc1', 'late'), {...failed('dc2', 'late'), fix: ['wait']}]
    expect(groupAlike(findings)).toHaveLength(2)
    expect(groupByReason(findings)).toHaveLength(1)
  })
})

describe('the subjects of a group', () => {
  it('are all named up to eleven, and after that ten with the number of the others', () => {
    expect(subjectsText(names(11))).toBe(names(11).join(', '))
    expect(subjectsText(names(50))).toBe(`${names(10).join(', ')} and 40 more`)
  })

  it('are not named where the whole federation is meant', () => {
    expect(subjectsText(['federation'])).toBe('')
  })
})
