import {readFile} from 'node:fs/promises'

/** @typedef {Record<string, any>} Json */

/** @typedef {{ body: any, headers: Record<string, string> }} RecordedAnswer */

/**
 * What a server answered in a lab, from `record.js`.
 * @typedef {object} Recording
 * @property {Record<string, RecordedAnswer>} answers by path
 * @property {Record<string, Json[]>} rights by holder of a token
 * @property {Record<string, RecordedAnswer>} tokens by holder
 */

/** @returns {Promise<{ primary: Recording, secondary: Recording }>} */
export async function loadRecordings() {
  const load = async (/** @type {string} */ role) => {
    const text = await readFile(new URL(`recorded/${role}.json`, import.meta.url), 'utf8')
    return /** @type {Recording} */ (JSON.parse(text))
  }
  return {primary: await load('primary'), secondary: await load('secondary')}
}

/**
 * @param {Recording} recording
 * @param {string} path
 */
export function recordedAnswer({answers}, path) {
  const answer = answers[path]
  if (answer === undefined) throw new RangeError(`nothing was recorded for ${path}`)
  return answer
}

/**
 * @param {unknown} value
 * @param {(text: string) => string} change of every text in it
 * @returns {any} a copy
 */
export function withTexts(value, change) {
  return JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === 'string' ? change(item) : /** @type {unknown} */ (item),
  )
}
