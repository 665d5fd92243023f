import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun} from '../../bin/setup/programs.js'
import {timeBareFederation} from './lab/bare-federation.js'
import {forgetState, makeModel} from './lab/model-lab.js'
import {inTurns, timed} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'

const rounds = 3

/** @type {import('./measure/figure.js').Benchmark} */
export const labUp = {
  method:
    '`fedctl lab up` in a new folder, from the certificates to the verification, against `test/bench/lab/federate.sh`, which starts the same agents ' +
    'and gateways with configuration and certificates made beforehand, bootstraps the ACLs, makes the same policies and tokens, registers the ' +
    'gateways and asks both catalogs across the datacenters until they answer.',
  name: 'lab-up',
  async run(context) {
    const pairs = await inScratchFolder(async (folder) => {
      const [model, lists] = [join(folder, 'model'), join(folder, 'lists')]
      await mkdir(lists)
      await makeModel(model, lists, context)
      return inTurns(rounds, {
        async baseline() {
          await forgetState(model)
          return timeBareFederation(model, lists, context)
        },
        subject: () => inScratchFolder((workspace) => timeLabUp(workspace, context)),
      })
    })
    return [
      {
        aim: {atMostTimes: 1.5},
        baseline: 'a shell script',
        pairs: pairs.map(({baseline, subject}) => ({baseline: baseline / 1000, subject: subject / 1000})),
        subject: 'lab up',
        unit: 's',
      },
    ]
  },
  title: 'A lab of two datacenters',
}

/**
 * @param {string} workspace
 * @param {import('./measure/figure.js').BenchmarkContext} context
 */
async function timeLabUp(workspace, {env, fedctl: [node = '', ...launcher], progress: {signal}}) {
  try {
    return await timed(() => mustRun(node, [...launcher, 'lab', 'up', '--dir', workspace], {env, signal}))
  } finally {
    await mustRun(node, [...launcher, 'lab', 'down', '--dir', workspace], {env})
  }
}
