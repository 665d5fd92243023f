import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {Redactor} from '../../../src/system/redaction.js'

describe('redaction', () => {
  it('replaces a secret wherever it stands, also one that was added to the source later', () => {
    const secrets = ['first-secret']
    const redactor = new Redactor()
    redactor.add(() => secrets)
    secrets.push('second-secret')
    expect(redactor.redact('a first-secret b second-secret c first-secret')).toBe(
      'a <redacted> b <redacted> c <redacted>',
    )
  })

  it('replaces the longer of two secrets that begin alike as a whole', () => {
    const redactor = new Redactor()
    redactor.add(() => ['secret-one', 'secret-one-and-more'])
    expect(redactor.redact('secret-one-and-more')).toBe('<redacted>')
  })

  it('leaves ordinary words alone when a source holds an empty or very short text', () => {
    const redactor = new Redactor()
    redactor.add(() => ['', 'abc'])
    expect(redactor.redact('abc def')).toBe('abc def')
  })

  it('leaves no end of a secret that overlaps another or itself', () => {
    const redactor = new Redactor()
    redactor.add(() => ['abcdefgh', 'efghijkl', 'xyxyxyxy'])
    expect(redactor.redact('1abcdefghijkl2xyxyxyxyxy3')).toBe('1<redacted>2<redacted>3')
  })

  it('leaves nothing of any secrets, wherever they stand in a text, and all of the rest', () => {
    const secret = fc.string({maxLength: 12, minLength: 8, unit: fc.constantFrom('a', 'b', '$', '&', '<', '\\', 'é')})
    const rest = fc.string({maxLength: 10, unit: fc.constantFrom('0', '1', ' ', '\n')})
    fc.assert(
      fc.property(fc.array(fc.tuple(rest, secret), {maxLength: 5}), rest, (parts, end) => {
        const redactor = new Redactor()
        redactor.add(() => parts.map(([, known]) => known))
        const text = parts.map(([before, known]) => `${before}${known}`).join('') + end
        const redacted = redactor.redact(text)
        expect(redacted.replaceAll('<redacted>', '')).toBe(text.replaceAll(/[^01 \n]/g, ''))
      }),
      {numRuns: 500},
    )
  })
})
