import {describe, expect, it} from 'vitest'

import {plainRunbook} from '../../../../src/cli/reporters/runbook-plain.js'
import type {Step} from '../../../../src/runbooks/step.js'

const step: Step = {changes: () => Promise.resolve([]), done: [], id: 'x', title: 'X', why: '', withinMs: 0}

describe('progress as lines', () => {
  it('says what a wait is for, and in a long one for how long', () => {
    const lines: string[] = []
    const {listener} = plainRunbook((line) => lines.push(line))
    const missing = [{check: 'raft.leader', found: 'no leader', subject: 'dc1'}]
    for (const ms of [0, 4000, 12_000, 24_400]) listener({byHand: false, missing, ms, step, type: 'waiting'})
    expect(lines).toEqual([
      '    waiting: raft.leader dc1: no leader',
      '    waiting for 12 s: raft.leader dc1: no leader',
      '    waiting for 24 s: raft.leader dc1: no leader',
    ])
  })
})
