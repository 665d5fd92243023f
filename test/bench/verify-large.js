import {inScratchFolder} from './measure/scratch-folder.js'
import {largeFederations} from './verify/large-federation.js'

/**
 * @typedef {import('./measure/figure.js').Figure} Figure
 * @typedef {import('./verify/large-federation.js').Measured} Measured
 */

const rounds = 3
const sizes = {large: 50, middle: 25, small: 10}

/** @type {import('./measure/figure.js').Benchmark} */
export const verifyLarge = {
  method:
    '`fedctl verify`, with the ways that it tries by default, of federations of 5 servers and 2 gateways in each datacenter. `test/stand-in`, a process of its own on the same machine, ' +
    'answers for all of them: the HTTP API with what real servers of Consul 1.8.7 said, the gateways and the servers behind them with TLS, each after 20 ms more. ' +
    'Questions are requests to an API and TLS connections together. The largest federation is measured against the smallest one.',
  name: 'verify-large',
  async run(context) {
    return inScratchFolder(async (folder) => {
      const federations = largeFederations(folder, context)
      const [small, middle, large] = [
        await federations.start(sizes.small),
        await federations.start(sizes.middle),
        await federations.start(sizes.large),
      ]
      try {
        const measured = []
        for (let round = 0; round < rounds; round += 1)
          measured.push({small: await small.verify(), middle: await middle.verify(), large: await large.verify()})
        return figuresOf(measured)
      } finally {
        await Promise.all([small, middle, large].map(({end}) => end()))
      }
    })
  },
  title: 'Verification of 250 servers',
}

/**
 * @param {readonly Record<keyof typeof sizes, Measured>[]} measured
 * @returns {Figure[]}
 */
function figuresOf(measured) {
  const label = (/** @type {keyof typeof sizes} */ size) =>
    `${sizes[size]} × 5 (${measured[0]?.[size].questions} questions)`
  const compare = (
    /** @type {keyof typeof sizes} */ size,
    /** @type {(one: Measured) => number} */ value,
    /** @type {string} */ suffix,
    /** @type {Pick<Figure, 'aim' | 'unit'>} */ rest,
  ) => ({
    ...rest,
    baseline: `verify ${label('small')}${suffix}`,
    pairs: measured.map((one) => ({baseline: value(one.small), subject: value(one[size])})),
    subject: `verify ${label(size)}${suffix}`,
  })
  const perThousand = (/** @type {Measured} */ {questions, seconds}) => (seconds * 1_000_000) / questions
  return [
    compare('large', ({seconds}) => seconds, '', {aim: {under: 10}, unit: 's'}),
    compare('large', ({peakMb}) => peakMb, '', {aim: {under: 250}, unit: 'MB'}),
    compare('middle', perThousand, ', per 1000', {aim: {atMostTimes: 1.25}, unit: 'ms'}),
    compare('large', perThousand, ', per 1000', {aim: {atMostTimes: 1.25}, unit: 'ms'}),
  ]
}
