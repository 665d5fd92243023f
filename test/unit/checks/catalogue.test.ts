import {readFile} from 'node:fs/promises'

import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {rules} from '../../../src/checks/diagnosis/rules.js'
import {neededObservations} from '../../../src/checks/engine.js'
import {observations} from '../../../src/observe/observation.js'

const docs = await readFile(new URL('../../../docs/checks.md', import.meta.url), 'utf8')

describe('the catalogue', () => {
  it('gives every check an id of its own', () => {
    const ids = catalogue.map(({id}) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it.each(catalogue.map(({id}) => id))('names %s by category and fact', (id) => {
    expect(id).toMatch(/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/)
  })

  it.each(catalogue.map(({id, title}) => [id, title]))(
    'gives %s a title that states a fact in lower case',
    (_id, title) => {
      expect(title).toMatch(/^(?:ACLs |Envoy's |[a-z]).*[^.]$/)
      expect(title).not.toMatch(/^(?:check|ensure|verify|whether)\b/i)
    },
  )

  it('keeps the checks of a category together', () => {
    const categories = catalogue.map(({id}) => id.split('.')[0])
    const changes = categories.filter((category, index) => category !== categories[index - 1])
    expect(changes).toEqual([...new Set(changes)])
  })

  it('needs every observation that can be made, and no other', () => {
    expect([...neededObservations(catalogue)].sort()).toEqual([...observations].sort())
  })
})

describe('docs/checks.md', () => {
  it('lists every check with its title in the order of the catalogue', () => {
    const index = catalogue.map(({id, title}) => `| [${id}](#${id}) | ${title.replaceAll('<', String.raw`\<`)} |`)
    const rows = docs
      .split('\n')
      .filter((line) => /^\| \[[a-z]+\.[a-z-]+\]/.test(line))
      .map((line) => line.replaceAll(/ +\|/g, ' |'))
    expect(rows).toEqual([...index, ...rules.map(({cause, title}) => `| [${cause}](#cause-${cause}) | ${title} |`)])
  })

  it.each(catalogue.map(({id}) => id))(
    'has a section on %s that says what it proves, how it is known, and what to do',
    (id) => {
      const section = sectionOf(`<a id="${id}"></a>`)
      expect(section).toContain(`### ${id}\n`)
      for (const part of ['**Proves**', '**Known from**', '**Fix**']) expect(section).toContain(part)
    },
  )

  it.each(rules.map(({cause}) => cause))('has a section on the cause %s', (cause) => {
    expect(sectionOf(`<a id="cause-${cause}"></a>`)).toContain(`### ${cause}\n`)
  })
})

/** From an anchor to the next. */
function sectionOf(anchor: string): string {
  const start = docs.indexOf(`${anchor}\n`)
  if (start === -1) throw new Error(`docs/checks.md has no ${anchor}`)
  const end = docs.indexOf('<a id=', start + anchor.length)
  return docs.slice(start, end === -1 ? undefined : end)
}
