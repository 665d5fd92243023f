import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {idleSuppressions} from '../../../src/checks/suppressions.js'
import {verifySnapshot} from '../../../src/checks/verify.js'
import {verifyExitCode} from '../../../src/cli/reporters/verify-report.js'
import type {Suppression} from '../../../src/federation/model.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot} from '../../fixtures/snapshot.js'

const placeOf = (part: string, line: number) => ({column: 14, line, path: `verify.suppress[0].${part}`})
const accepted: Suppression = {
  check: 'raft.tolerance',
  places: {check: placeOf('check', 11), subject: placeOf('subject', 12), until: placeOf('until', 14)},
  reason: 'a test bed',
  subject: 'dc2',
  until: '2100-01-31',
}

function findingsOf(check: string, ...suppressions: Suppression[]) {
  const federation = aFederation({suppressions})
  const {report} = verifySnapshot(federation, aHealthySnapshot(federation))
  return report.checks.find(({id}) => id === check)?.findings ?? []
}

describe('a suppression in the federation file', () => {
  it('has a finding skipped, with the reason, and leaves other subjects alone', () => {
    const findings = findingsOf('raft.tolerance', accepted)
    expect(findings.map(({status, subject}) => [subject, status])).toEqual([
      ['dc1', 'warn'],
      ['dc2', 'skip'],
    ])
    expect(findings[1]?.found).toMatch(/^suppressed until 2100-01-31 \(a test bed\): losing one server stops it/)
  })

  it.each(['raft.tolerance', 'raft', 'raft.*', '*'])('may name the check as %s', (check) => {
    expect(findingsOf('raft.tolerance', {...accepted, check})[1]?.status).toBe('skip')
  })

  it('is about every subject where it names none', () => {
    const {subject: _, ...everything} = accepted
    expect(findingsOf('raft.tolerance', everything).map(({status}) => status)).toEqual(['skip', 'skip'])
  })

  it('leaves a finding that passes as it is', () => {
    expect(findingsOf('raft.leader', {...accepted, check: 'raft.leader'}).map(({status}) => status)).toEqual([
      'pass',
      'pass',
    ])
  })

  it('leaves nothing to fail, and no cause, where it covers all that was chosen', () => {
    const federation = aFederation({suppressions: [{...accepted, subject: '*'}]})
    const {report} = verifySnapshot(federation, aHealthySnapshot(federation), {only: ['raft.tolerance']})
    expect(report).toMatchObject({diagnosis: [], status: 'pass', summary: {pass: 0, skip: 1}})
    expect(verifyExitCode({reachable: true, report}, 'warning')).toBe(0)
  })

  it('ends after its last day, and the finding then says so', () => {
    const [, finding] = findingsOf('raft.tolerance', {...accepted, until: '2020-01-31'})
    expect(finding?.status).toBe('warn')
    expect(finding?.evidence).toContain('was suppressed until 2020-01-31 (a test bed)')
  })

  it('is named once its last day is over, whatever the finding', () => {
    const federation = aFederation({suppressions: [accepted, {...accepted, until: '2020-01-31'}]})
    expect(idleSuppressions(federation, catalogue, '2020-01-31T23:00:00Z')).toEqual([])
    expect(idleSuppressions(federation, catalogue, '2020-02-01T00:00:00Z')).toEqual([
      `warning: ${federation.file}:14:14: verify.suppress[0].until: the suppression of raft.tolerance for "dc2" ended on 2020-01-31; take it out, or give it a later day`,
    ])
  })

  it.each([
    ['dc9', 'raft.tolerance', 'did you mean "dc1"?'],
    ['nobody', 'raft', 'it is about dc1 and dc2'],
    ['dc1-s1', 'access.api', 'did you mean "dc1/dc1-s1"?'],
    ['x*', 'wan.rpc', 'it is about dc1/dc1-s1 → dc2 and dc2/dc2-s1 → dc1'],
  ])('is named where its subject %s is nothing that %s is about', (subject, check, advice) => {
    const federation = aFederation({suppressions: [{...accepted, check, subject}]})
    expect(idleSuppressions(federation, catalogue, '2020-02-01T00:00:00Z')).toEqual([
      `warning: ${federation.file}:12:14: verify.suppress[0].subject: "${subject}" is nothing that ${check} is about, so it accepts nothing; ${advice}`,
    ])
  })

  it.each(['dc1', 'dc*', '*', 'dc1/dc1-s1', '*→ dc2'])('is left alone where something has the name %s', (subject) => {
    const federation = aFederation({suppressions: [{...accepted, check: '*', subject}]})
    expect(idleSuppressions(federation, catalogue, '2020-02-01T00:00:00Z')).toEqual([])
  })

  it('counts on its last day', () => {
    const federation = aFederation({suppressions: [{...accepted, until: '2030-05-05'}]})
    const at = (startedAt: string) => {
      const {report} = verifySnapshot(federation, {...aHealthySnapshot(federation), startedAt})
      return report.checks.find(({id}) => id === 'raft.tolerance')?.findings[1]?.status
    }
    expect([at('2030-05-05T23:59:59.999Z'), at('2030-05-06T00:00:00.000Z')]).toEqual(['skip', 'warn'])
  })

  it('is refused for a check that there is not, with the one that was meant', () => {
    const other = {...accepted, check: 'gatway.*', places: {...accepted.places, check: placeOf('check', 21)}}
    const {file} = aFederation()
    expect(() => findingsOf('raft.leader', {...accepted, check: 'raft.tolerence'}, other)).toThrowError(
      expect.objectContaining({
        code: 'federation.invalid',
        message: [
          'the federation file is not valid, 2 problems:',
          `  ${file}:11:14: verify.suppress[0].check: no check fits "raft.tolerence"; did you mean raft.tolerance, raft.leader`,
          `  ${file}:21:14: verify.suppress[0].check: no check fits "gatway.*"; did you mean gateway`,
        ].join('\n'),
      }) as Error,
    )
  })
})
