import {describe, expect, it} from 'vitest'

import {requireDashes} from '../../../src/cli/program-arguments.js'

describe('the command line of lab exec', () => {
  it.each([
    ['dc1 -- consul members -wan'],
    ['--dir lab dc1 -- consul members --wan'],
    ['dc1 --dir=lab env'],
    ['--debug dc1 env'],
  ])('may be: %s', (line) => {
    expect(() => {
      requireDashes(line.split(' '))
    }).not.toThrow()
  })

  it.each([
    ['dc1 consul members --wan', 'fedctl lab exec dc1 -- consul members --wan'],
    ['--dir lab dc2 consul members --wan', 'fedctl lab exec --dir lab dc2 -- consul members --wan'],
    ['--dir dc1 dc1 ls -l', 'fedctl lab exec --dir dc1 dc1 -- ls -l'],
    ['dc1 consul members -wan --dir x', 'fedctl lab exec --dir x dc1 -- consul members -wan'],
    ['--dir=x -- consul members', 'fedctl lab exec --dir=x dc1 -- consul members'],
    ['-- consul members', 'fedctl lab exec dc1 -- consul members'],
  ])('is refused with what to write instead: %s', (line, suggestion) => {
    expect(() => {
      requireDashes(line.split(' '))
    }).toThrow(expect.objectContaining({code: 'usage', suggestions: [suggestion]}) as Error)
  })
})
