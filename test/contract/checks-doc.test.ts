import {readFile} from 'node:fs/promises'

import {format} from 'prettier'
import {describe, expect, it} from 'vitest'

import {catalogue} from '../../src/checks/catalogue.js'
import type {Check} from '../../src/checks/check.js'
import {rules} from '../../src/checks/diagnosis/rules.js'
import {runChecks} from '../../src/checks/engine.js'
import {aPreflightSnapshot, onThisMachine} from '../fixtures/preflight.js'
import {aHealthySnapshot, answer} from '../fixtures/snapshot.js'
import {aGrownFederation} from '../unit/checks/judging.js'

const file = '../../docs/checks.md'

describe('docs/checks.md', () => {
  it('says of every check and cause what the catalogue says (vitest --update writes it)', async () => {
    const before = await readFile(new URL(file, import.meta.url), 'utf8')
    const indexed = withIndex(withIndex(before, 'check', checkRows()), 'cause', causeRows())
    const written = catalogue.reduce((text, check) => withExample(text, check), indexed)
    await expect(await format(written, {parser: 'markdown'})).toMatchFileSnapshot(file)
  })
})

function checkRows(): string[] {
  return catalogue.map(({id, title}) => `| [${id}](#${id}) | ${title.replaceAll('<', String.raw`\<`)} |`)
}

function causeRows(): string[] {
  return rules.map(({cause, title}) => `| [${cause}](#cause-${cause}) | ${title} |`)
}

/** The rows of the table whose first column has that head, replaced. */
function withIndex(text: string, head: string, rows: readonly string[]): string {
  return text.replace(
    new RegExp(`(\\| ${head} .*\\n\\| -.*\\n)(?:\\|.*\\n)*`),
    (_all, top: string) => `${top}${rows.join('\n')}\n`,
  )
}

/** The paragraph of a check's section that shows how it passes and says what it is otherwise, before the one on the fix. */
function withExample(text: string, check: Check): string {
  const start = text.indexOf(`<a id="${check.id}"></a>`)
  const fix = text.indexOf('**Fix**', start)
  const section = text.slice(start, fix).replace(/\*\*Healthy\*\*.*\n\n/, '')
  return `${text.slice(0, start)}${section}**Healthy** ${exampleOf(check)}\n\n${text.slice(fix)}`
}

const aRoundtrip = {
  accessorId: '4c5c1a2e-0000-4000-8000-000000000002',
  made: answer(12),
  removed: answer(true),
  servers: Object.fromEntries([1, 2, 3].map((n) => [`dc2/dc2-s${n}`, {gone: answer(480), known: answer(510)}])),
}

function exampleOf(check: Check): string {
  const {id} = check
  const model = check.preflight === 'only' ? onThisMachine(aGrownFederation()) : aGrownFederation()
  const snapshot = {
    ...aHealthySnapshot(model),
    roundtrip: aRoundtrip,
    soak: {durationMs: 60_000, samples: 58, transitions: []},
  }
  const seen = check.preflight === 'only' ? aPreflightSnapshot(model) : snapshot
  const [result] = runChecks(catalogue, model, seen, {only: [id]}).checks
  const finding = result?.findings.find(({status}) => status === 'pass')
  if (!finding) throw new Error(`nothing passes ${id} in the healthy federation`)
  const shown = `is \`✓ ${finding.subject}${finding.found ? `: ${finding.found}` : ''}\``
  const severities = new Set(check.subjects(model).map((subject) => check.severity(model, subject)))
  const otherwise = severities.has('error') ? 'Otherwise it fails.' : 'Otherwise it warns.'
  return `${shown}. ${otherwise}${whenOf(check)}`
}

function whenOf({optIn, preflight}: Check): string {
  if (preflight === 'only') return ' It runs only with `--preflight`.'
  if (preflight === 'also') return ' With `--preflight` it is judged from file and disk.'
  return optIn ? ' It runs only where it is asked for.' : ''
}
