import {describe, expect, it, vi} from 'vitest'

import {reportFailure} from '../../../src/cli/failure.js'
import {FedctlError} from '../../../src/errors/fedctl-error.js'

describe('a failure on the screen', () => {
  it('keeps its lines, and no escape sequence or other control character of what it quotes', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const error = new FedctlError('usage', 'no check fits "\u001B[31m\u0000x"\nsecond line', {
      suggestions: ['try \u009B2Jit'],
    })
    expect(reportFailure(error, {debug: false, json: false})).toBe(2)
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('')
    write.mockRestore()
    expect(text).toBe('error [usage] no check fits " x"\nsecond line\n  → try it\n')
  })
  it('takes the colours out of what oclif says of wrong flags, as JSON too', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const error = Object.assign(
      new Error('The following error occurred:\n  \u001B[2m--wait cannot be used\u001B[22m'),
      {
        oclif: {exit: 2},
      },
    )
    expect(reportFailure(error, {debug: false, json: true})).toBe(2)
    const printed: unknown = JSON.parse(write.mock.calls.map(([chunk]) => String(chunk)).join(''))
    write.mockRestore()
    expect(printed).toMatchObject({error: {message: '--wait cannot be used'}})
  })
})
