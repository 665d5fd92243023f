import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {mustRun} from '../../bin/setup/programs.js'
import {inTurns, timed} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'
import {writeLabLists} from './verify/lab-lists.js'

const rounds = 5
const script = fileURLToPath(new URL('verify/one-after-another.sh', import.meta.url))

/** @type {import('./measure/figure.js').Benchmark} */
export const verifyReal = {
  method:
    '`fedctl verify` of a lab of three datacenters with three servers each, against `test/bench/verify/one-after-another.sh`: a shell loop of ' +
    '`consul members -wan`, `consul catalog services -datacenter` for every server and every datacenter, and `openssl s_client` for every server through every gateway. ' +
    'fedctl asks that and everything else that its checks need.',
  name: 'verify-real',
  async run(context) {
    const {
      env,
      fedctl: [node = '', ...launcher],
      progress: {signal},
    } = context
    return inScratchFolder(async (folder) => {
      const workspace = join(folder, 'lab')
      const lab = (/** @type {string[]} */ ...args) =>
        mustRun(node, [...launcher, 'lab', ...args, '--dir', workspace], {env, signal})
      try {
        await lab('up', '--datacenters', '3', '--servers', '3')
        const {args, token} = await writeLabLists(workspace, context)
        const verify = [...launcher, 'verify', '--federation', join(workspace, 'federation.yaml')]
        const pairs = await inTurns(rounds, {
          baseline: () =>
            timed(() => mustRun('bash', [script, ...args], {env: {...env, CONSUL_HTTP_TOKEN: token}, signal})),
          subject: () => timed(() => mustRun(node, verify, {env, signal})),
        })
        return [
          {
            aim: {timesLess: 5},
            baseline: 'a shell loop',
            pairs: pairs.map(({baseline, subject}) => ({baseline: baseline / 1000, subject: subject / 1000})),
            subject: 'verify (3 × 3)',
            unit: 's',
          },
        ]
      } finally {
        await mustRun(node, [...launcher, 'lab', 'down', '--dir', workspace], {env})
      }
    })
  },
  title: 'Verification of nine servers',
}
