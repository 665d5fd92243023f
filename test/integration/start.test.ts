import {readFile} from 'node:fs/promises'
import {arch, platform} from 'node:os'

import {expect, it} from 'vitest'

import {fedctl} from './fedctl.js'

async function expectedVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  const {version} = JSON.parse(text) as {version: string}
  return `fedctl/${version} ${platform()}-${arch()} node-${process.version}`
}

it.each(['--version', '-version', '--version verify'])('prints the version (%s)', async (args) => {
  expect(await fedctl(args.split(' '))).toEqual({exitCode: 0, stderr: '', stdout: await expectedVersion()})
})

it('takes --version in the first place only', async () => {
  const {exitCode, stderr} = await fedctl(['verify', '--version'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no flag --version')
})

it.each(['--help', '-h', 'help'])('says what there is, with the same version (%s)', async (args) => {
  const {exitCode, stderr, stdout} = await fedctl([args])
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  expect(stdout).toContain(`VERSION\n  ${await expectedVersion()}\n`)
  expect(stdout).toMatch(/^COMMANDS\n(?: {2}.*\n)*? {2}verify {8}prove that the federation works/m)
})

it('offers completions of commands', async () => {
  const {exitCode, stdout} = await fedctl(['autocomplete', 'script', 'bash'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('FEDCTL_AC_BASH_SETUP_PATH')
})
