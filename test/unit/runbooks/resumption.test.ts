import {describe, expect, it} from 'vitest'

import {resumptionLines} from '../../../src/cli/reporters/resumption.js'
import type {JournalEntry, JournalFact} from '../../../src/federation/journal.js'
import {resumptionOf} from '../../../src/runbooks/resumption.js'

const primary = {
  id: 'bootstrap primary',
  steps: ['one', 'two', 'three'].map((id) => ({id, title: `Do ${id}`})),
  title: 'Bootstrap the primary',
}
const secondary = {id: 'bootstrap secondary dc2', steps: [{id: 'four', title: 'Do four'}], title: 'Add dc2'}

/** A journal of these facts, a second apart. */
const journal = (...facts: (Partial<JournalEntry> & JournalFact)[]): JournalEntry[] =>
  facts.map((fact, index) => ({
    at: `2026-11-20T10:00:${String(index).padStart(2, '0')}.123Z`,
    pid: 1,
    runbook: primary.id,
    user: 'ana',
    ...fact,
  }))
const started = {event: 'run-started'} as const
const done = (step: string) => ({event: 'step-done', step}) as const
const announced = (step: string, change: string) => ({change, event: 'change-announced', step}) as const
const lines = (entries: JournalEntry[], ...runbooks: (typeof primary)[]) => {
  const resumption = resumptionOf(runbooks.length > 0 ? runbooks : [primary], entries)
  return resumption && resumptionLines(resumption)
}

describe('a run after another one', () => {
  it('has nothing to say where nothing was begun, and where all of it came to its end', () => {
    expect(lines([])).toBeUndefined()
    expect(lines(journal(started, done('one'), done('two'), done('three'), {event: 'run-done'}))).toBeUndefined()
  })

  it('says what was done, what has no result, and what comes, where that one was killed', () => {
    expect(
      lines(
        journal(
          started,
          done('one'),
          announced('two', 'start it'),
          {change: 'start it', event: 'change-done', step: 'two'},
          announced('two', 'start more'),
        ),
      ),
    ).toEqual([
      'going on: the run of ana since 2026-11-20T10:00:00Z was killed',
      '  done before (ana, until 2026-11-20T10:00:01Z), and looked at again: Do one',
      '  done again where needed: start more (announced 2026-11-20T10:00:04Z, and no result noted)',
      '  to come: Do two; Do three',
    ])
  })

  it('says why that one failed, and that it was cancelled', () => {
    const failed = (message: string) => journal(started, {event: 'step-failed', message, step: 'one'})
    expect(lines(failed('port.in-use: 127.0.0.1:1 is in use\nmore'))?.[0]).toBe(
      'going on: the run of ana since 2026-11-20T10:00:00Z failed (port.in-use: 127.0.0.1:1 is in use)',
    )
    expect(lines(failed('cancelled: cancelled before it was done'))?.[0]).toBe(
      'going on: the run of ana since 2026-11-20T10:00:00Z was cancelled',
    )
  })

  it('counts what any run has done', () => {
    const entries = journal(started, done('one'), {event: 'run-done'}, started, done('two'), {...started, user: 'bob'})
    expect(lines(entries)).toEqual([
      'going on: the run of bob since 2026-11-20T10:00:05Z was killed',
      '  done before (ana, until 2026-11-20T10:00:04Z), and looked at again: Do one; Do two',
      '  to come: Do three',
    ])
  })

  it('takes a change for settled where its step was finished later', () => {
    const entries = journal(started, announced('one', 'start it'), started, done('one'))
    expect(lines(entries)?.join('\n')).not.toContain('start it')
  })

  it('names a change once, and only where the last run announced it', () => {
    const create = announced('one', 'create the CA')
    const fail = {event: 'step-failed', message: 'file.unwritable: no space', step: 'one'} as const
    const issue = announced('one', 'issue certificates')
    const again = lines(journal(started, create, issue, fail, started, issue, fail))?.filter((line) =>
      line.includes('again where'),
    )
    expect(again).toEqual([
      '  done again where needed: issue certificates (announced 2026-11-20T10:00:05Z, and no result noted)',
    ])
  })

  it('does not take instructions that were shown for followed', () => {
    const shown = {change: 'install it', event: 'change-shown', step: 'two'} as const
    const failed = {
      event: 'step-failed',
      message: 'runbook.step-failed: it waits for what is to be done:\nmore',
      step: 'two',
    } as const
    const entries = journal(started, done('one'), announced('two', 'install it'), shown, failed)
    expect(lines(entries)?.slice(0, 3)).toEqual([
      'going on: the run of ana since 2026-11-20T10:00:00Z failed (runbook.step-failed: it waits for what is to be done)',
      '  done before (ana, until 2026-11-20T10:00:01Z), and looked at again: Do one',
      '  done again where needed: install it (announced 2026-11-20T10:00:02Z, and no result noted)',
    ])
  })

  it('is told in lines that a terminal holds', () => {
    const resumption = resumptionOf([primary], journal(started, done('one'), done('two')))
    expect(resumption && resumptionLines(resumption, 40)).toEqual([
      'going on: the run of ana since',
      '  2026-11-20T10:00:00Z was killed',
      '  done before (ana, until',
      '    2026-11-20T10:00:02Z), and looked at',
      '    again: Do one; Do two',
      '  to come: Do three',
    ])
  })

  it('names whole runbooks where several follow each other', () => {
    const whole = journal(started, done('one'), done('two'), done('three'), {event: 'run-done'})
    expect(lines(whole, primary, secondary)).toEqual([
      '  done before (ana, until 2026-11-20T10:00:03Z), and looked at again: Bootstrap the primary',
      '  to come: Add dc2',
    ])
    expect(lines([...whole, ...journal({...started, runbook: secondary.id})], primary, secondary)).toEqual([
      'going on: the run of ana since 2026-11-20T10:00:00Z was killed',
      '  done before (ana, until 2026-11-20T10:00:03Z), and looked at again: Bootstrap the primary',
      '  to come: Do four',
    ])
  })
})
