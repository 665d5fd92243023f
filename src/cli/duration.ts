import {FedctlError} from '../errors/fedctl-error.js'

const unitMs: Readonly<Record<string, number>> = {h: 3_600_000, m: 60_000, ms: 1, s: 1000}

/** @returns Milliseconds. @throws FedctlError `usage` for a text that is not a duration such as `90s`, `5m` or `1h30m`. */
export function parseDuration(text: string): number {
  if (text === '0') return 0
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new FedctlError('usage', `${JSON.stringify(text)} is not a duration`, {
      suggestions: ['write a number and its unit, such as 90s, 5m or 1h'],
    })
  }
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0), 0)
}
