import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun} from '../../bin/setup/programs.js'
import {inTurns, timed} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'

const servers = 1000
/** What the other side makes in each round; its time is scaled up to all of them. */
const sample = 100
const rounds = 3

/** @type {import('./measure/figure.js').Benchmark} */
export const tlsIssue = {
  method:
    `\`fedctl tls issue\` in a new workspace of ${servers} servers, which makes the CA and a certificate for the operator too, against ` +
    `\`consul tls cert create -server -node NAME\` with a CA made beforehand, one process for each certificate: ${sample} of them, and that time taken ${servers / sample} times.`,
  name: 'tls-issue',
  async run({consul, env, fedctl: [node = '', ...launcher], progress: {signal}}) {
    const subject = () =>
      inScratchFolder(async (folder) => {
        await writeFile(join(folder, 'federation.yaml'), federationYaml())
        return timed(() => mustRun(node, [...launcher, 'tls', 'issue'], {cwd: folder, env, signal}))
      })
    const baseline = () =>
      inScratchFolder(async (folder) => {
        const run = (/** @type {string[]} */ ...args) => mustRun(consul, ['tls', ...args], {cwd: folder, env, signal})
        await run('ca', 'create')
        const sampled = await timed(async () => {
          for (let n = 1; n <= sample; n += 1)
            await run('cert', 'create', '-server', '-dc', 'dc1', '-node', `dc1-s${n}`)
        })
        return (sampled * servers) / sample
      })
    const pairs = await inTurns(rounds, {baseline, subject})
    return [
      {
        aim: {timesLess: 8},
        baseline: 'consul tls cert create',
        pairs: pairs.map((pair) => ({baseline: pair.baseline / 1000, subject: pair.subject / 1000})),
        subject: `tls issue (${servers})`,
        unit: 's',
      },
    ]
  },
  title: `${servers} server certificates`,
}

function federationYaml() {
  const lines = Array.from({length: servers}, (_, n) => {
    return `      - { name: dc1-s${n + 1}, address: 10.1.${Math.floor(n / 250)}.${(n % 250) + 1} }`
  })
  return [
    'primary: dc1',
    'via: wan-gossip',
    'datacenters:',
    '  - name: dc1',
    '    consul: 1.8.7',
    '    servers:',
    ...lines,
    '',
  ].join('\n')
}
