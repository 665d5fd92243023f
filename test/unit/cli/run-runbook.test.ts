import {expect, it} from 'vitest'

import {sayingWhatRuns} from '../../../src/cli/run-runbook.js'
import {FedctlError} from '../../../src/errors/fedctl-error.js'

it('says of a cancelled run, and of no other, that what was started keeps running', () => {
  const cancelled = new FedctlError('cancelled', 'cancelled', {suggestions: ['run it again']})
  expect(sayingWhatRuns(cancelled, '/srv/a lab')).toBe(cancelled)
  expect(cancelled.suggestions).toEqual([
    'run it again',
    expect.stringMatching(/^what was started keeps running; .* lab down --dir '.*srv\/a lab' ends it$/),
  ])
  const failed = new FedctlError('runbook.step-failed', 'failed', {suggestions: ['run it again']})
  sayingWhatRuns(failed, '/srv/lab')
  expect(failed.suggestions).toEqual(['run it again'])
})
