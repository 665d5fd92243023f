import {getEventListeners} from 'node:events'
import {PassThrough} from 'node:stream'

import {describe, expect, it} from 'vitest'

import {terminalKeys} from '../../../../src/cli/keys.js'
import {attendedRunbook} from '../../../../src/cli/reporters/runbook-attended.js'

const step = {title: 'Do it', why: 'a test'}

/** A person at a terminal that can be typed at. */
function atTerminal() {
  const input = Object.assign(new PassThrough(), {isRaw: false, setRawMode: () => input}) as unknown as PassThrough &
    Parameters<typeof terminalKeys>[0]
  const {person} = attendedRunbook({
    keys: terminalKeys(input),
    print: () => undefined,
    quiet: true,
    talk: () => undefined,
  })
  return {input, person}
}

describe('a person who says that it is done', () => {
  it('is not taken to have said so before the question', async () => {
    const {input, person} = atTerminal()
    const controller = new AbortController()
    input.write('\r')
    const outcome = person.confirm(step, controller.signal)
    setTimeout(() => controller.abort(new Error('nothing was heard')), 200)
    await expect(outcome).rejects.toThrow('nothing was heard')
  })

  it('is heard after the question, and nobody waits for the signal then', async () => {
    const {input, person} = atTerminal()
    const {signal} = new AbortController()
    const typing = setInterval(() => input.write('\r'), 20)
    await person.confirm(step, signal)
    clearInterval(typing)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
