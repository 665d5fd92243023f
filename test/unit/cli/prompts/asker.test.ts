import {PassThrough} from 'node:stream'
import {describe, expect, it} from 'vitest'

import {terminalAsker} from '../../../../src/cli/prompts/asker.js'

const never = new AbortController().signal

interface Terminal {
  readonly input: PassThrough & {isTTY: boolean}
  readonly output: PassThrough & {isTTY: boolean}
  /** Types once a text is on the screen. */
  readonly type: (keys: string, after: string) => Promise<void>
}

/** A terminal whose screen is text, and whose keyboard waits until the question is on the screen. */
function terminal(): Terminal {
  const input = Object.assign(new PassThrough(), {isTTY: true})
  const output = Object.assign(new PassThrough(), {isTTY: true})
  let screen = ''
  output.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
  })
  return {
    input,
    output,
    async type(keys: string, after: string): Promise<void> {
      await expect.poll(() => screen, {timeout: 10_000}).toContain(after)
      screen = ''
      input.write(keys)
    },
  }
}

describe('terminalAsker', () => {
  it('is nobody where input or output is no terminal', () => {
    const {input, output} = terminal()
    expect(terminalAsker({input: new PassThrough(), output}, never)).toBeUndefined()
    expect(terminalAsker({input, output: new PassThrough()}, never)).toBeUndefined()
  })

  it('asks for a text until nothing is wrong with it, and trims it', async () => {
    const {input, output, type} = terminal()
    const asker = terminalAsker({input, output}, never)
    const answer = asker?.text({message: 'Name:', problem: (text) => (text === 'dc1' ? undefined : 'not that one')})
    await type('dc2\n', 'Name:')
    await type('\u007F1 \n', 'not that one')
    expect(await answer).toBe('dc1')
  })

  it('offers a value for an empty answer', async () => {
    const {input, output, type} = terminal()
    const asker = terminalAsker({input, output}, never)
    const answer = asker?.text({initial: 'dc1,dc2', message: 'Names:', problem: () => undefined})
    await type('\n', '(dc1,dc2)')
    expect(await answer).toBe('dc1,dc2')
  })

  it('lets somebody choose', async () => {
    const {input, output, type} = terminal()
    const asker = terminalAsker({input, output}, never)
    const choices = [
      {name: 'on', value: 'deny'},
      {name: 'off', value: 'off'},
    ] as const
    const answer = asker?.choice({choices, message: 'ACLs?'})
    await type('\u001B[B', 'ACLs?')
    await type('\n', 'off')
    expect(await answer).toBe('off')
  })

  it('ends with `cancelled` at Ctrl-C, and when the run is aborted', async () => {
    const first = terminal()
    const question = {message: 'Name:', problem: () => undefined}
    const answer = terminalAsker(first, never)?.text(question)
    const refused = expect(answer).rejects.toMatchObject({code: 'cancelled', exitCode: 130})
    await first.type('\u0003', 'Name:')
    await refused

    const second = terminal()
    const controller = new AbortController()
    const other = expect(terminalAsker(second, controller.signal)?.text(question)).rejects.toMatchObject({
      code: 'cancelled',
    })
    controller.abort()
    await other
  })
})
