import {access} from 'node:fs/promises'

import {describe, expect, it} from 'vitest'

import {fedctlCommand, fixCommands, startAgainCommand} from '../../../src/checks/fedctl-command.js'

describe('commands that fixes name', () => {
  it.each(Object.entries(fixCommands))('fedctl %s is there, with the flags %j', async (line, more) => {
    const [command = '', ...always] = line.split(' --')
    const flags = [...always, ...more]
    const file = new URL(`../../../src/commands/${command.replaceAll(' ', '/')}.ts`, import.meta.url)
    await expect(access(file)).resolves.toBeUndefined()
    const module = (await import(file.href)) as {default: {flags?: Record<string, unknown>}}
    expect(Object.keys(module.default.flags ?? {})).toEqual(expect.arrayContaining(flags))
  })

  it('are written with the flags that are known', () => {
    expect(fedctlCommand('tls issue', {dc: 'dc2', node: 'n1'})).toBe('fedctl tls issue --dc dc2 --node n1')
    expect(fedctlCommand('verify')).toBe('fedctl verify')
    expect(fedctlCommand('verify', {dc: "o'neil"})).toBe(String.raw`fedctl verify --dc 'o'\''neil'`)
  })

  it('start again what has ended in a datacenter', () => {
    expect(startAgainCommand({isPrimary: true, name: 'dc1'})).toBe('fedctl bootstrap primary')
    expect(startAgainCommand({isPrimary: false, name: 'dc2'})).toBe('fedctl bootstrap secondary --dc dc2')
  })
})
