import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {mustRun} from '../../bin/setup/programs.js'
import {inTurns, timed} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'
import {writeLabLists} from './verify/lab-lists.js'

const rounds = 5
const sameQuestions = 'wan.members,wan.rpc,gateway.path'
const script = fileURLToPath(new URL('verify/one-after-another.sh', import.meta.url))

/** @type {import('./measure/figure.js').Benchmark} */
export const verifyReal = {
  method:
    '`fedctl verify` of a lab of three datacenters with three servers each, against `test/bench/verify/one-after-another.sh`: a shell loop of ' +
    '`consul members -wan`, `consul catalog services -datacenter` for every server and every other datacenter, and `openssl s_client` for every server through every gateway. ' +
    `The same questions are those of \`--only ${sameQuestions}\`; without that fedctl asks some three times as many.`,
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
        const compare = async (
          /** @type {string} */ subject,
          /** @type {import('./measure/figure.js').Aim} */ aim,
          /** @type {string[]} */ ...flags
        ) => {
          const pairs = await inTurns(rounds, {
            baseline: () =>
              timed(() => mustRun('bash', [script, ...args], {env: {...env, CONSUL_HTTP_TOKEN: token}, signal})),
            subject: () => timed(() => mustRun(node, [...verify, ...flags], {env, signal})),
          })
          const inSeconds = pairs.map(({baseline, subject}) => ({baseline: baseline / 1000, subject: subject / 1000}))
          return {aim, baseline: 'a shell loop', pairs: inSeconds, subject, unit: /** @type {const} */ ('s')}
        }
        return [
          await compare('the same questions (3 × 3)', {timesLess: 5}, '--only', sameQuestions),
          await compare('verify (3 × 3)', {atMostTimes: 1}),
        ]
      } finally {
        await mustRun(node, [...launcher, 'lab', 'down', '--dir', workspace], {env})
      }
    })
  },
  title: 'Verification of nine servers',
}
