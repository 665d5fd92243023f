import {expect} from 'vitest'

import type {Machines} from './machines.js'
import type {Terminal} from './terminal.js'

/** How long one waits for something that a slow machine does. */
export const patient = {interval: 100, timeout: 90_000}

/** Does what the blocks of instructions in a text say that come after the first `done`, and returns how many there are. */
export async function obey(machines: Machines, text: string, done = 0): Promise<number> {
  const blocks = instructionBlocks(text)
  for (const block of blocks.slice(done)) {
    for (const task of block.split(/^# {3}\d+\. /m).slice(1)) {
      const withoutEnvoy = /^# +or, without Envoy.*:\n# +(.*)$/m.exec(task)?.[1]
      if (withoutEnvoy) machines.pasteAside(withoutEnvoy)
      else
        for (const command of task
          .split('\n')
          .slice(1)
          .filter((line) => /^[^#]/.test(line)))
          await machines.paste(command.replace(/ &&$/, ''))
    }
  }
  return blocks.length
}

/**
 * Somebody who sits at a terminal, does what it says, and nothing else.
 * @returns The exit code of what runs there.
 */
export async function attend(
  screen: Terminal,
  machines: Machines,
  onFirstWait: () => Promise<void> = () => Promise.resolve(),
): Promise<number | null | undefined> {
  let ended: number | null | undefined
  let [done, confirmed, met] = [0, 0, false]
  void screen.ended.then((code) => {
    ended = code
  })
  const turn = async () => {
    const asksForKey = () => screen.text().split('Enter: it is done').length - 1
    const waits = instructionBlocks(whole(screen.text())).length > done
    if (waits && !met) {
      met = true
      await onFirstWait()
    }
    if (waits) done = await obey(machines, whole(screen.text()), done)
    if (asksForKey() > confirmed) {
      screen.press('\r')
      confirmed += 1
    }
    return ended
  }
  await expect.poll(turn, patient).not.toBe(undefined)
  return ended
}

/** What is on the screen above the last line of keys: nothing of it is still being written. */
function whole(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf('Ctrl-C: stop')))
}

/** What is to be done by hand: from its heading to the line with the keys, or to the end. */
function instructionBlocks(text: string): string[] {
  return [...text.matchAll(/^# .*: to be done by hand[^]*?(?=\n\n(?!#)|$(?![^]))/gm)].map(([block]) => block)
}
