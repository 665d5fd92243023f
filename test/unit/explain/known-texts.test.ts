import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {knownTexts} from '../../../src/explain/known-texts.js'
import {recognise} from '../../../src/explain/recognise.js'
import {heardTexts} from './heard-texts.js'

describe('the known texts', () => {
  for (const {examples, id} of knownTexts) {
    for (const example of examples) {
      it(`leads from "${example}" to ${id}`, () => {
        const [first] = recognise(example)
        expect(first?.id).toBe(id)
      })
    }
  }

  it.each(heardTexts)('lead from what people quote, "%s", to %s', (text, id) => {
    const [first] = recognise(text)
    expect(first?.id).toBe(id)
  })

  it('has each id once', () => {
    const ids = knownTexts.map(({id}) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names checks that exist', () => {
    const known = new Set(catalogue.map(({id}) => id))
    expect(knownTexts.flatMap(({checks}) => checks).filter((id) => !known.has(id))).toEqual([])
  })

  it('gives each an example, a cause, something to look at and a fix', () => {
    const lacking = knownTexts.filter(({causes, examples, fix, look}) =>
      [causes, examples, fix({}), look].some((texts) => texts.length === 0),
    )
    expect(lacking.map(({id}) => id)).toEqual([])
  })
})
