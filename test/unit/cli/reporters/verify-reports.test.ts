import fc from 'fast-check'
import picocolors from 'picocolors'
import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../../src/checks/catalogue.js'
import type {Finding, Report} from '../../../../src/checks/check.js'
import {runChecks} from '../../../../src/checks/engine.js'
import {piecesOf} from '../../../../src/cli/reporters/copyable.js'
import {oneLine, wrapped} from '../../../../src/cli/reporters/plain-text.js'
import {verifyJson} from '../../../../src/cli/reporters/verify-json.js'
import {verifyExitCode, verifyText} from '../../../../src/cli/reporters/verify-report.js'
import {verifyShort} from '../../../../src/cli/reporters/verify-short.js'
import {verifyTable} from '../../../../src/cli/reporters/verify-table.js'
import {aFederation} from '../../../fixtures/federation.js'
import {aHealthySnapshot} from '../../../fixtures/snapshot.js'

const plain = picocolors.createColors(false)
const coloured = picocolors.createColors(true)
const model = aFederation()
const healthy = runChecks(catalogue, model, aHealthySnapshot(model))

describe('text for people', () => {
  it.each([
    ['a\r\nb\tc', 'a b c'],
    ['\u001B[31mred\u001B[0m', 'red'],
    ['  spaces at the ends\u0000 ', 'spaces at the ends'],
  ])('is one line without control characters: %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected)
  })

  it('is broken at spaces, and nothing of it is lost', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({max: 40, min: 1}), (text, width) => {
        const lines = wrapped(text, width)
        expect(lines.join(' ')).toBe(oneLine(text).replaceAll(/ +/g, ' '))
        for (const line of lines) expect([...line].length <= width || piecesOf(line).length === 1).toBe(true)
      }),
    )
  })
})

describe('the table', () => {
  it('has no control characters but line breaks without a terminal', () => {
    const text = verifyTable(withFinding({found: 'EOF\n\u001B[2Jgone'}), {colours: plain, width: 80})
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  it('grows with the terminal', () => {
    const lines = (width: number) => verifyTable(healthy, {colours: plain, width}).split('\n')
    expect(Math.max(...lines(80).map((line) => [...line].length))).toBeLessThanOrEqual(80)
    expect(lines(160).length).toBeLessThan(lines(80).length)
  })

  it('fits a narrow terminal too, but for single words that are longer', () => {
    const diagnosis = [
      {cause: 'x', docs: 'docs/checks.md#x', explains: ['wan.rpc'], fix: ['do that'], title: 'wrong '.repeat(20)},
    ]
    const report = {...withFinding({fix: ['mend it '.repeat(20)], found: 'not as it is to be '.repeat(9)}), diagnosis}
    for (const shown of [report, healthy]) {
      const lines = verifyTable(shown, {colours: plain, width: 40}).split('\n')
      const tooLong = lines.filter((line) => [...line].length > 40)
      expect(tooLong.filter((line) => line.trim().includes(' '))).toEqual([])
    }
  })

  it('is the same with colours, apart from them', () => {
    const text = verifyTable(healthy, {colours: coloured, width: 80})
    expect(text).toMatch(/\u001B\[32m✓/)
    expect(text.replaceAll(/\u001B\[\d+m/g, '')).toBe(verifyTable(healthy, {colours: plain, width: 80}))
  })

  it('names subjects together that have one and the same finding', () => {
    const finding = {found: 'no leader', status: 'fail', subject: 'dc1'} as const
    const text = verifyTable(withFindings([finding, {...finding, subject: 'dc2'}]), {colours: plain, width: 80})
    expect(text).toContain('    ✗ dc1, dc2\n      found     no leader')
  })

  it('shows what could not be asked beside what passed', () => {
    const findings: Finding[] = [
      {status: 'pass', subject: 'dc1'},
      {found: 'no answer', status: 'skip', subject: 'dc2'},
    ]
    expect(verifyTable(withFindings(findings, 'pass'), {colours: plain, width: 80})).toContain(
      '✓ wan.rpc  from every server, every datacenter answers\n    not judged: dc2: no answer',
    )
  })

  it('ends with the diagnosis and the count', () => {
    const diagnosis = [
      {cause: 'gateway.down', docs: 'docs/checks.md#x', explains: ['wan.rpc'], fix: ['start it'], title: 'it is dead'},
    ]
    const text = verifyTable({...withFinding({found: 'EOF'}), diagnosis}, {colours: plain, width: 80})
    expect(text.split('\n').slice(-7)).toEqual([
      'Diagnosis',
      '  1. it is dead',
      '      explains  wan.rpc',
      '      fix       start it',
      '      see       docs/checks.md#x',
      '',
      '0 checks passed, 0 warned, 1 failed, 0 skipped',
    ])
  })

  it('takes 80 columns where a terminal does not tell, and breaks no line elsewhere, nor does the short form', () => {
    const long = withFinding({found: 'not as it is to be '.repeat(9)})
    const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))
    expect(longest(verifyText({report: long}, 'table', {isTTY: true}))).toBeLessThanOrEqual(80)
    expect(longest(verifyText({report: long}, 'short', {isTTY: true}))).toBeLessThanOrEqual(80)
    expect(longest(verifyText({report: long}, 'table', {columns: 80}))).toBeGreaterThan(170)
    expect(verifyText({report: long}, 'short', {columns: 80}).split('\n')).toHaveLength(2)
  })
})

describe('the short text', () => {
  it('has a line for each finding that does not pass, and no colours', () => {
    const text = verifyText({report: withFinding({found: 'No path to\ndatacenter'})}, 'short', {isTTY: true})
    expect(text).toBe('fail wan.rpc dc1: No path to datacenter\n0 checks passed, 0 warned, 1 failed, 0 skipped')
  })

  it('names subjects together that could not be judged for one reason', () => {
    const skipped = (subject: string) => ({found: 'no answer', status: 'skip', subject}) as const
    expect(verifyShort(withFindings([skipped('dc1'), skipped('dc2')], 'skip')).split('\n')[0]).toBe(
      'skip wan.rpc dc1, dc2: no answer',
    )
  })
})

describe('the JSON', () => {
  it('has the fields of the contract, in its order', () => {
    const json = verifyJson({reachable: true, report: healthy})
    expect(Object.keys(json)).toEqual([
      'schemaVersion',
      'status',
      'startedAt',
      'durationMs',
      'summary',
      'checks',
      'diagnosis',
    ])
    expect(Object.keys(json.summary)).toEqual(['pass', 'warn', 'fail', 'skip'])
    expect(Object.keys(json.checks[0] ?? {})).toEqual(['id', 'category', 'title', 'status', 'durationMs', 'findings'])
  })

  it('holds what the report holds', () => {
    expect(verifyJson({reachable: true, report: healthy})).toEqual(healthy)
  })

  it('names the error too where nothing could be reached', () => {
    const diagnosis = [
      {cause: 'x', docs: 'y', explains: ['access.api'], fix: ['look there'], title: 'none of 2 servers answers'},
    ]
    expect(verifyJson({reachable: false, report: {...healthy, diagnosis}}).error).toEqual({
      code: 'consul.unreachable',
      docs: 'docs/errors.md#consul.unreachable',
      message: 'none of 2 servers answers',
      suggestions: ['look there'],
    })
  })
})

describe('the exit code', () => {
  it.each([
    [true, 'pass', 'error', 0],
    [true, 'warn', 'error', 0],
    [true, 'warn', 'warning', 1],
    [true, 'fail', 'error', 1],
    [false, 'fail', 'warning', 4],
  ] as const)('with an answer %s, status %s and --fail-on %s is %i', (reachable, status, failOn, code) => {
    expect(verifyExitCode({reachable, report: {...healthy, status}}, failOn)).toBe(code)
  })

  it('is never 0 where nothing was judged', () => {
    const summary = {fail: 0, pass: 0, skip: 3, warn: 0}
    expect(verifyExitCode({reachable: true, report: {...healthy, status: 'warn', summary}}, 'error')).toBe(1)
  })
})

function withFinding(finding: Partial<Finding>): Report {
  return withFindings([{status: 'fail', subject: 'dc1', ...finding}])
}

function withFindings(findings: readonly Finding[], status: Finding['status'] = 'fail'): Report {
  const title = 'from every server, every datacenter answers'
  return {
    ...healthy,
    checks: [{category: 'wan', durationMs: 0, findings, id: 'wan.rpc', status, title}],
    diagnosis: [],
    summary: {fail: 0, pass: 0, skip: 0, warn: 0, [status]: 1},
  }
}
