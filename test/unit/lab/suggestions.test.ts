import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

import {describe, expect, it} from 'vitest'

import {invocation} from '../../../src/cli/invocation.js'
import {labDefaults, requireSameOptions} from '../../../src/lab/options.js'
import {labSuggestions} from '../../../src/lab/suggestions.js'

const gateway = {
  address: '127.7.2.11',
  alive: true,
  caFile: '',
  datacenter: 'dc2',
  httpAddress: '',
  kind: 'gateway',
  log: '',
  name: 'dc2-gw1',
  pid: 1,
  tokenFile: '',
} as const

const status = {
  datacenters: ['dc1', 'dc2'],
  fault: '',
  faultMade: true,
  isolated: false,
  processes: [],
  schemaVersion: 1,
  state: 'up',
} as const

/** The words of a command as a shell reads them. */
async function words(command: string): Promise<string[]> {
  const {stdout} = await promisify(execFile)('/bin/sh', ['-c', `printf '%s\\n' ${command}`])
  return stdout.trimEnd().split('\n')
}

describe('what is suggested for a lab', () => {
  it('can be pasted where folders have spaces in their names', async () => {
    const fedctl = invocation(['node', '/srv/my tools/bin/run.js'], '/srv')
    const groups = [status, {...status, processes: [gateway]}].flatMap((each) =>
      labSuggestions(each, fedctl, "it's my lab", "it's my lab/federation.yaml"),
    )
    const commands = groups.flatMap(({suggestions}) => suggestions.map(({command}) => command))
    const here = commands.filter((command) => !command.endsWith('lab faults'))
    expect(here.length).toBeGreaterThan(8)
    for (const command of here) {
      const read = await words(command)
      expect(read.slice(0, 2)).toEqual(['node', 'my tools/bin/run.js'])
      expect(read.filter((word) => /^it's my lab(\/federation\.yaml)?$/.test(word))).toHaveLength(1)
    }
  })

  it('is a plain name where it was started by that', () => {
    expect(invocation(['node', '/usr/bin/fedctl'], '/srv')).toBe('fedctl')
  })

  it('removes the right folder before another lab is made there', async () => {
    const suggestions: string[] = []
    try {
      requireSameOptions({servers: 3}, labDefaults, 'my lab')
    } catch (error) {
      suggestions.push(...(error as {suggestions: string[]}).suggestions)
    }
    const command = suggestions.find((text) => text.startsWith('fedctl ')) ?? ''
    expect(await words(command)).toEqual(['fedctl', 'lab', 'down', '--purge', '--dir', 'my lab'])
  })
})
