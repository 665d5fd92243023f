/**
 * One comparison: the same work done by fedctl and by what it is measured against, in turns.
 * @typedef {object} Figure
 * @property {string} subject what of fedctl was measured
 * @property {string} baseline what it was measured against
 * @property {'MB' | 'ms' | 's'} unit
 * @property {readonly Pair[]} pairs
 * @property {Aim} aim
 */

/**
 * Two measurements that were taken right after one another, in the unit of their figure.
 * @typedef {{ baseline: number, subject: number }} Pair
 */

/**
 * `atMostTimes`: the subject takes at most so many times what the baseline takes. `timesLess`: the baseline takes at least so many times
 * what the subject takes. `under`: the subject stays under this value. `atMostMore`: the subject takes at most so much more, in the unit of the figure.
 * @typedef {{ atMostMore: number } | { atMostTimes: number } | { timesLess: number } | { under: number }} Aim
 */

/**
 * @typedef {object} BenchmarkContext
 * @property {string} checkout
 * @property {string} consul path of the binary
 * @property {NodeJS.ProcessEnv} env in which fedctl finds its programs
 * @property {readonly string[]} fedctl program and arguments that start it
 * @property {import('../../../bin/setup/progress.js').Progress} progress
 */

/**
 * @typedef {object} Benchmark
 * @property {string} name as given to `npm run bench -- NAME`
 * @property {string} title
 * @property {string} method how the two sides are compared
 * @property {(context: BenchmarkContext) => Promise<Figure[]>} run
 */

/** @typedef {{ benchmark: Benchmark, figures: readonly Figure[] }} Outcome */

/**
 * @typedef {object} Summary
 * @property {number} baseline median
 * @property {number} subject median
 * @property {number} ratio median of the ratios of the pairs: how many times more the subject takes, or less where that is the aim
 * @property {number} lowest ratio
 * @property {number} highest ratio
 * @property {boolean} isMet whether the aim is met, by the medians
 */

/**
 * The ratio of each pair is taken before the median, so that a load which comes and goes falls on both of its sides.
 * @param {Figure} figure with one pair or more
 * @returns {Summary}
 */
export function summarise({aim, pairs}) {
  const ratios = pairs.map(({baseline, subject}) => ('timesLess' in aim ? baseline / subject : subject / baseline))
  const subject = median(pairs.map((pair) => pair.subject))
  const ratio = median(ratios)
  return {
    baseline: median(pairs.map((pair) => pair.baseline)),
    highest: Math.max(...ratios),
    isMet: isMet(aim, {difference: median(pairs.map((pair) => pair.subject - pair.baseline)), ratio, subject}),
    lowest: Math.min(...ratios),
    ratio,
    subject,
  }
}

/**
 * @param {readonly number[]} values
 * @returns {number} the middle one, or the mean of the two middle ones
 * @throws RangeError without a value
 */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of nothing')
  return (lower + upper) / 2
}

/**
 * @param {Aim} aim
 * @param {{ difference: number, ratio: number, subject: number }} medians
 */
function isMet(aim, {difference, ratio, subject}) {
  if ('under' in aim) return subject < aim.under
  if ('atMostMore' in aim) return difference <= aim.atMostMore
  return 'timesLess' in aim ? ratio >= aim.timesLess : ratio <= aim.atMostTimes
}
