import {setTimeout as sleep} from 'node:timers/promises'

import {describe, expect, it} from 'vitest'

import {takeTurns, type TakeTurn} from '../../../src/observe/turns.js'

const long = 60_000

describe('takeTurns', () => {
  it('runs no more tasks at once than it may, and all of them', async () => {
    const turn = takeTurns(3, long)
    let running = 0
    let most = 0
    const results = await Promise.all(
      Array.from({length: 20}, (_, n) =>
        turn(async () => {
          running += 1
          most = Math.max(most, running)
          await sleep(1)
          running -= 1
          return n
        }),
      ),
    )
    expect({most, results}).toEqual({most: 3, results: Array.from({length: 20}, (_, n) => n)})
  })

  it('gives the place of a task that fails to the next', async () => {
    const turn = takeTurns(1, long)
    const failing = turn(() => Promise.reject(new Error('no')))
    const next = turn(() => Promise.resolve('done'))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('done')
  })

  it('takes its turns among others too, and does not count as slow who waits there', async () => {
    const others = gate()
    let waiting = 0
    const among: TakeTurn = async (task) => {
      waiting += 1
      await others.promise
      return task()
    }
    const turn = takeTurns(1, 1, among)
    const tasks = ['one', 'other'].map((name) => turn(() => Promise.resolve(name)))
    await sleep(50)
    expect(waiting).toBe(1)
    others.resolve('done')
    expect(await Promise.all(tasks)).toEqual(['one', 'other'])
  })

  it('lets the next one in where a task hangs, once for each that hangs', async () => {
    const turn = takeTurns(1, 20)
    const gates = [gate(), gate()]
    const hanging = gates.map(({promise}) => turn(() => promise))
    expect(await turn(() => Promise.resolve('done'))).toBe('done')
    gates.forEach(({resolve}, n) => resolve(`late ${n}`))
    expect(await Promise.all(hanging)).toEqual(['late 0', 'late 1'])
    let running = 0
    let most = 0
    const task = async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running -= 1
    }
    await Promise.all(Array.from({length: 10}, () => turn(task)))
    expect(most).toBe(1)
  })
})

function gate() {
  let resolve: (text: string) => void = () => undefined
  const promise = new Promise<string>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}
