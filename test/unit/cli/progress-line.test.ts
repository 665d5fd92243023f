import {setTimeout as wait} from 'node:timers/promises'

import {expect, it} from 'vitest'

import {withProgress} from '../../../src/cli/progress-line.js'
import {systemClock} from '../../../src/system/clock.js'
import type {Ports} from '../../../src/system/ports.js'

function screenAndPorts(env: Record<string, string> = {}) {
  const written: string[] = []
  const write = (text: string) => written.push(text) > 0
  const talk = (line: string) => void written.push(`${line}\n`)
  const ports: Ports = {clock: systemClock, env, signal: new AbortController().signal, talk}
  return {ports, screen: {columns: 80, isTTY: true, write} as unknown as NodeJS.WriteStream, written}
}

it('shows on a terminal what is done while it takes long, talks above it, and leaves nothing', async () => {
  const {ports, screen, written} = screenAndPorts()
  const work = async ({talk}: Ports) => {
    while (written.length === 0) await wait(10)
    talk('said')
    return 'done'
  }
  expect(await withProgress('asking 2 servers', ports, work, screen)).toBe('done')
  expect(written).toEqual(['asking 2 servers … 0 s', '\r\u001B[2K', 'said\n'])
})

it('clears its line where the work fails', async () => {
  const {ports, screen, written} = screenAndPorts()
  const work = async () => {
    while (written.length === 0) await wait(10)
    throw new Error('failed')
  }
  await expect(withProgress('asking', ports, work, screen)).rejects.toThrow('failed')
  expect(written.at(-1)).toBe('\r\u001B[2K')
})

it('shows nothing in a pipe and on a dumb terminal', async () => {
  const dumb = screenAndPorts({TERM: 'dumb'})
  const work = () => wait(600, 'done')
  expect(await withProgress('asking', dumb.ports, work, dumb.screen)).toBe('done')
  const pipe = screenAndPorts()
  expect(await withProgress('asking', pipe.ports, work, {...pipe.screen, isTTY: false} as NodeJS.WriteStream)).toBe(
    'done',
  )
  expect([...dumb.written, ...pipe.written]).toEqual([])
})
