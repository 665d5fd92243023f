import {expect, it} from 'vitest'

import BootstrapSecondary from '../../../src/commands/bootstrap/secondary.js'

it('takes either of the answers to what a datacenter on its own would lose, and not both', async () => {
  const run = BootstrapSecondary.run(['--existing', '--adopt', '--accept-data-loss'], process.cwd())
  await expect(run).rejects.toThrow('--adopt=true cannot also be provided when using --accept-data-loss')
})
