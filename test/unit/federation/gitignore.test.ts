import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {gitignoreWith} from '../../../src/federation/gitignore.js'

const whole = `# Keys, tokens and what holds them: made by fedctl, never to be committed
pki/**/*-key.pem*
rendered/
.fedctl/
`

describe('the .gitignore of a workspace', () => {
  it('names keys, rendered configuration and the state of fedctl', () => {
    expect(gitignoreWith(undefined)).toBe(whole)
    expect(gitignoreWith('')).toBe(whole)
  })

  it('keeps what is there and adds the rest under a heading of its own', () => {
    expect(gitignoreWith('node_modules/\n*.log')).toBe(`node_modules/\n*.log\n\n${whole}`)
    expect(gitignoreWith('node_modules/\n\n\n')).toBe(`node_modules/\n\n${whole}`)
  })

  it('adds nothing that is there already, however it is spelt', () => {
    expect(gitignoreWith(whole)).toBeUndefined()
    expect(gitignoreWith('/.fedctl\nrendered\n pki/**/*-key.pem* \n')).toBeUndefined()
    expect(gitignoreWith('.fedctl/\n')).toBe(`.fedctl/\n\n${whole.replace('.fedctl/\n', '')}`)
  })

  it('puts what is missing under the heading where that is there', () => {
    const lines = whole.split('\n')
    const partly = `${lines[0] ?? ''}\n.fedctl/\n\n# more\nx\n`
    expect(gitignoreWith(partly)).toBe(`${lines[0] ?? ''}\npki/**/*-key.pem*\nrendered/\n.fedctl/\n\n# more\nx\n`)
  })

  it('ends lines as the file does', () => {
    expect(gitignoreWith('x\r\n')).toBe(`x\r\n\r\n${whole.replaceAll('\n', '\r\n')}`)
  })

  it('has nothing to add to what it made itself', () => {
    const line = fc.constantFrom(
      '',
      '# x',
      'rendered/',
      '/rendered',
      '.fedctl/',
      'pki/**/*-key.pem*',
      'dist',
      '!rendered/',
    )
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, ended) => {
        const existing = lines.join('\n') + (ended ? '\n' : '')
        const made = gitignoreWith(existing)
        expect(gitignoreWith(made ?? existing)).toBeUndefined()
      }),
    )
  })
})
