import {spawn} from 'node:child_process'
import {stripVTControlCharacters} from 'node:util'

import {forShell} from '../../src/system/for-shell.js'

/** A program on a pseudo-terminal of 100 columns. */
export interface Terminal {
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  readonly press: (keys: string) => void
  /** Everything that was written so far, without colours; what was written over is on lines of its own. */
  readonly text: () => string
}

/** Runs a shell command on a terminal of its own: script(1) gives it one, on every Debian. */
export function onTerminal(command: string, {cwd, env}: {cwd: string; env: NodeJS.ProcessEnv}): Terminal {
  const child = spawn('script', ['-qefc', `stty cols 100 rows 40; ${command}`, '/dev/null'], {
    cwd,
    env: {...env, SHELL: '/bin/sh', TERM: 'xterm'},
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    }),
    press: (keys) => child.stdin.write(keys),
    text: () => stripVTControlCharacters(written).replaceAll(/\r+\n?/g, '\n'),
  }
}

/** Words as one command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(forShell).join(' ')
}
