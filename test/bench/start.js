import {mustRun} from '../../bin/setup/programs.js'
import {inTurns, timed} from './measure/in-turns.js'

const rounds = 15

/** @type {import('./measure/figure.js').Benchmark} */
export const start = {
  method: 'Whole processes, from their start to their end, against Node with nothing to do.',
  name: 'start',
  async run({env, fedctl: [node = '', ...launcher], progress: {signal}}) {
    const run = (/** @type {readonly string[]} */ args) => timed(() => mustRun(node, args, {env, signal}))
    const figures = []
    for (const args of [['--version'], ['--help'], ['verify', '--help']]) {
      const pairs = await inTurns(rounds, {
        baseline: () => run(['-e', '0']),
        subject: () => run([...launcher, ...args]),
      })
      const aim = {atMostTimes: 2.5}
      figures.push({aim, baseline: 'node -e 0', pairs, subject: args.join(' '), unit: /** @type {const} */ ('ms')})
    }
    return figures
  },
  title: 'Start',
}
