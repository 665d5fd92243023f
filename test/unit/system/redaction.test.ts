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
})
