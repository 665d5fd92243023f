import {describe, expect, it} from 'vitest'

import {sumTallies, tallyReport, tallyStep} from '../../../bin/testing/tally.js'

const file = (name: string, status: string, ...statuses: string[]) => ({
  assertionResults: statuses.map((result, index) => ({fullName: `test ${index}`, status: result})),
  name,
  status,
})

describe('the counts of a test run', () => {
  it('are those of the tests', () => {
    const report = {
      testResults: [file('a', 'passed', 'passed', 'skipped'), file('b', 'failed', 'failed', 'todo', 'passed')],
    }
    expect(tallyReport('fast tests', report, 1)).toEqual({
      failed: 1,
      failures: ['b: test 0'],
      passed: 2,
      skipped: 2,
      skips: ['a: test 1', 'b: test 1'],
    })
  })

  it('take a file that cannot be loaded for a failed test', () => {
    const tally = tallyReport('fast tests', {testResults: [file('a', 'failed'), file('b', 'passed', 'passed')]}, 1)
    expect(tally).toMatchObject({failed: 1, failures: ['a'], passed: 1})
  })

  it('take a failure outside every test for a failed test', () => {
    const tally = tallyReport('fast tests', {testResults: [file('a', 'passed', 'passed')]}, 1)
    expect(tally).toMatchObject({failed: 1, failures: ['fast tests ended with 1'], passed: 1})
  })

  it('take a run without a report for a failed test, however it ended', () => {
    expect(tallyReport('fast tests', undefined, null).failures).toEqual(['fast tests ended with a signal'])
    expect(tallyReport('fast tests', undefined, 0).failed).toBe(1)
  })

  it('add up over tests and other checks', () => {
    const total = sumTallies([
      tallyStep('lint', true),
      tallyStep('types', false),
      tallyReport('fast tests', {testResults: [file('a', 'passed', 'passed')]}, 0),
    ])
    expect(total).toEqual({failed: 1, failures: ['types'], passed: 2, skipped: 0, skips: []})
  })
})
