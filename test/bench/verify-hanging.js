import {inTurns} from './measure/in-turns.js'
import {inScratchFolder} from './measure/scratch-folder.js'
import {largeFederations} from './verify/large-federation.js'

const rounds = 3
const datacenters = 50
const hanging = 'dc25-s3'

/** @type {import('./measure/figure.js').Benchmark} */
export const verifyHanging = {
  method: `As above, with ${hanging} one of 250 servers that takes every connection and never answers, against the same federation with none. A request is given up after 5 s.`,
  name: 'verify-hanging',
  async run(context) {
    return inScratchFolder(async (folder) => {
      const federations = largeFederations(folder, context)
      const [healthy, hurt] = [await federations.start(datacenters), await federations.start(datacenters, hanging)]
      try {
        const pairs = await inTurns(rounds, {
          baseline: async () => (await healthy.verify()).seconds,
          subject: async () => (await hurt.verify()).seconds,
        })
        return [{aim: {atMostMore: 5}, baseline: 'with none', pairs, subject: 'verify, one hanging', unit: 's'}]
      } finally {
        await Promise.all([healthy.end(), hurt.end()])
      }
    })
  },
  title: 'One of 250 servers hangs',
}
