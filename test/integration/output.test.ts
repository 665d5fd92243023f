import {execa} from 'execa'
import {describe, expect, it} from 'vitest'

import {fedctlScript} from './fedctl.js'

/** Runs a line for a shell in which `fedctl` is the built program. */
async function shell(line: string) {
  const script = `node=$0 run=$1; fedctl() { "$node" "$run" "$@"; }; ${line}`
  const {exitCode, stderr, stdout} = await execa('bash', ['-c', script, process.execPath, fedctlScript], {
    reject: false,
    timeout: 60_000,
  })
  return {exitCode, stderr, stdout}
}

describe('output that nobody takes', () => {
  it.each(['schema', 'schema --json', '--help'])('is an error where the disk is full (%s)', async (args) => {
    const {exitCode, stderr} = await shell(`fedctl ${args} > /dev/full`)
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/^error \[file\.unwritable\] cannot write the output: the disk is full\n {2}→ .+$/)
  })

  it('is told once, after what went wrong before', async () => {
    const {exitCode, stderr} = await shell('fedctl verify --federation /nowhere/federation.yaml --json > /dev/full')
    expect(exitCode).toBe(4)
    expect(stderr.match(/error \[/g)).toHaveLength(1)
    expect(stderr).not.toContain('    at ')
  })

  it('is no error where the reader has what it wants, and the exit code stays', async () => {
    expect(await shell('fedctl schema | head -1; echo "${PIPESTATUS[0]}"')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: '{\n0',
    })
    const failed = await shell(
      'fedctl verify --federation /nowhere/federation.yaml --json | true; echo "${PIPESTATUS[0]}"',
    )
    expect(failed).toEqual({exitCode: 0, stderr: '', stdout: '4'})
  })

  it('does not end a run where it is the part for people', async () => {
    const {exitCode, stdout} = await shell('fedctl verify --federation /nowhere/federation.yaml 2> /dev/full')
    expect({exitCode, stdout}).toEqual({exitCode: 4, stdout: ''})
  })
})
