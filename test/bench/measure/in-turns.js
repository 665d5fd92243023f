/** @typedef {import('./figure.js').Pair} Pair */

/**
 * Measures the two sides in turns: baseline, subject, baseline, subject.
 * @param {number} rounds
 * @param {{ baseline: () => Promise<number>, subject: () => Promise<number> }} sides each measures once
 * @returns {Promise<Pair[]>}
 */
export async function inTurns(rounds, sides) {
  /** @type {Pair[]} */
  const pairs = []
  for (let round = 0; round < rounds; round += 1) {
    const baseline = await sides.baseline()
    pairs.push({baseline, subject: await sides.subject()})
  }
  return pairs
}

/**
 * @param {() => Promise<unknown>} task
 * @returns {Promise<number>} how long it took, in milliseconds
 */
export async function timed(task) {
  const started = performance.now()
  await task()
  return performance.now() - started
}
