import {describe, expect, it} from 'vitest'

import {runbookStatusText} from '../../../../src/cli/reporters/runbook-status.js'
import {lastOf, type StepStatus} from '../../../../src/runbooks/status.js'
import {unfinishedRuns} from '../../../../src/runbooks/resumption.js'

const at = '2026-11-20T10:00:00Z'
const step = (
  event: 'change-shown' | 'step-done' | 'step-failed',
  state: StepStatus['state'],
  missing: string[] = [],
) => ({id: event, last: {at, event, user: 'ana'}, missing, state, title: `Do ${state}`}) satisfies StepStatus

describe('where the runbooks stand, as text', () => {
  it('says in words what the journal says, and shows no tick where a step failed', () => {
    const steps = [
      step('step-done', 'done'),
      step('step-failed', 'done'),
      step('step-failed', 'open', ['raft.leader dc1: no leader']),
      step('change-shown', 'open'),
    ]
    expect(
      runbookStatusText({runbooks: [{id: 'it', steps, title: 'Bootstrap it'}], unfinished: []}).split('\n'),
    ).toEqual([
      'Bootstrap it',
      `✓ 1. Do done (done ${at}, ana)`,
      `✗ 2. Do done (failed ${at}, ana; its checks pass now)`,
      `✗ 3. Do open (failed ${at}, ana)`,
      '     raft.leader dc1: no leader',
      `○ 4. Do open (instructions shown ${at}, ana)`,
    ])
  })

  it('names the move of an existing secondary that was killed, and no run that came to its end', () => {
    const entry = {at, event: 'run-started', pid: 1, user: 'ana'} as const
    const unfinished = unfinishedRuns([
      {...entry, runbook: 'bootstrap primary'},
      {...entry, event: 'run-done', runbook: 'bootstrap primary'},
      {...entry, runbook: 'bootstrap secondary dc2 --existing'},
      {...entry, event: 'step-started', runbook: 'bootstrap secondary dc2 --existing', step: 'one'},
      {...entry, runbook: 'config render'},
    ])
    expect(runbookStatusText({runbooks: [], unfinished})).toBe(
      `not finished: bootstrap secondary dc2 --existing, begun ${at} by ana`,
    )
  })

  describe('after several runs for one datacenter', () => {
    const moved = 'bootstrap secondary dc2 --existing'
    const entry = {at, event: 'run-started', pid: 1, runbook: 'bootstrap secondary dc2', user: 'ana'} as const
    const failed = {...entry, event: 'step-failed', message: 'runbook.step-failed: no', step: 'one'} as const
    const announced = {...entry, change: 'a', event: 'change-announced'} as const
    const finished = {...entry, at: '2026-11-20T11:00:00Z', event: 'run-done', runbook: moved} as const

    it('does not call a run unfinished that was refused before it changed anything', () => {
      expect(unfinishedRuns([entry, failed])).toEqual([])
      expect(unfinishedRuns([entry, announced, failed, entry, failed])).toHaveLength(1)
    })

    it('takes a later finished run of another runbook for the end of an earlier one', () => {
      expect(unfinishedRuns([entry, announced, failed])).toHaveLength(1)
      expect(unfinishedRuns([entry, announced, failed, {...entry, runbook: moved}, finished])).toEqual([])
      expect(unfinishedRuns([finished, entry, announced, failed])).toHaveLength(1)
      expect(
        unfinishedRuns([entry, announced, failed, {...finished, runbook: 'bootstrap secondary dc3'}]),
      ).toHaveLength(1)
    })

    it('has that run stand for the steps of the earlier one, and says so', () => {
      const last = lastOf(entry.runbook, 'one', [entry, failed, finished])
      expect(last).toEqual({at: finished.at, by: moved, event: 'run-done', user: 'ana'})
      const steps = [{id: 'one', ...(last ? {last} : {}), missing: [], state: 'done' as const, title: 'Do one'}]
      expect(runbookStatusText({runbooks: [{id: 'it', steps, title: 'It'}], unfinished: []})).toBe(
        `It\n✓ 1. Do one (done ${finished.at}, ana, with ${moved})`,
      )
      expect(lastOf(entry.runbook, 'one', [finished, entry, failed])).toMatchObject({event: 'step-failed'})
    })
  })
})
