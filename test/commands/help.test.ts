import {fileURLToPath} from 'node:url'

import {Config} from '@oclif/core'
import {captureOutput} from '@oclif/test'
import {describe, expect, it} from 'vitest'

import {FedctlHelp} from '../../src/cli/help.js'

const config = await Config.load(fileURLToPath(new URL('../..', import.meta.url)))

/** Those of this program, without those of its plugins. */
const own = config.commands.filter(({pluginName}) => pluginName === 'fedctl').map(({id}) => id)

async function helpOf(id: string): Promise<string> {
  const help = new FedctlHelp(config, {maxWidth: 80})
  const {stdout} = await captureOutput(() => help.showHelp([id]))
  return stdout
}

describe('the help of a command', () => {
  it.each(own)('has a usage line of %s that is whole', async (id) => {
    const [, usage = ''] = /USAGE\n {2}(.*)\n\n/.exec(await helpOf(id)) ?? []
    expect(usage).toContain(`$ fedctl ${id.replaceAll(':', ' ')}`)
    expect(usage).not.toMatch(/\||\[\S+ \]|\[[^\]]*$/)
    expect(usage.length).toBeLessThanOrEqual(78)
  })

  it('says at a flag which others it does not go with, in both directions, and which it needs', async () => {
    expect((await helpOf('verify')).replaceAll(/\s+/g, ' ')).toContain(
      'judge what was observed before, and ask nobody (not with --full, --preflight, --soak, --wait, --write-probes)',
    )
    expect((await helpOf('bootstrap:secondary')).replaceAll(/\s+/g, ' ')).toContain('(only with --existing)')
  })
})
