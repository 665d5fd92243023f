import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun} from '../../bin/setup/programs.js'
import {inTurns} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'

/** @typedef {import('./measure/figure.js').Figure} Figure */

const rounds = 5
const preload = new URL('measure/report-peak-memory.js', import.meta.url).href

/** @type {import('./measure/figure.js').Benchmark} */
export const memory = {
  method:
    'The most resident memory that the process had (VmHWM in `/proc/self/status` at its end), in a lab of two datacenters, against Node with nothing to do.',
  name: 'memory',
  async run({env, fedctl: [node = '', ...launcher], progress: {signal}}) {
    return inScratchFolder(async (folder) => {
      const peakOf = async (/** @type {readonly string[]} */ args) => {
        const report = join(folder, 'peak')
        await mustRun(node, ['--import', preload, ...args], {env: {...env, FEDCTL_BENCH_PEAK: report}, signal})
        return Number(await readFile(report, 'utf8')) / 1024
      }
      const baseline = () => peakOf(['-e', '0'])
      const workspace = join(folder, 'lab')
      const figure = (/** @type {string} */ subject, /** @type {Figure['pairs']} */ pairs) =>
        /** @type {Figure} */ ({aim: {under: 150}, baseline: 'node -e 0', pairs, subject, unit: 'MB'})
      try {
        const up = () => peakOf([...launcher, 'lab', 'up', '--dir', workspace])
        const verify = () => peakOf([...launcher, 'verify', '--federation', join(workspace, 'federation.yaml')])
        return [
          figure('lab up', await inTurns(1, {baseline, subject: up})),
          figure('verify', await inTurns(rounds, {baseline, subject: verify})),
        ]
      } finally {
        await mustRun(node, [...launcher, 'lab', 'down', '--dir', workspace], {env})
      }
    })
  },
  title: 'Memory',
}
