import {describe, expect, it, vi} from 'vitest'

import {reportFailure} from '../../../src/cli/failure.js'
import {FedctlError} from '../../../src/errors/fedctl-error.js'

describe('a failure on the screen', () => {
  it('keeps its lines, and no other control character of what it quotes', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const error = new FedctlError('usage', 'no check fits "\u001B[31m\u0000x"\nsecond line', {
      suggestions: ['try \u009B2Jit'],
    })
    expect(reportFailure(error, {debug: false, json: false})).toBe(2)
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('')
    write.mockRestore()
    expect(text).toBe('error [usage] no check fits " [31m x"\nsecond line\n  → try  2Jit\n')
  })
})
