import {shown} from './shown.js'

export const datePattern = /^\d{4}-\d{2}-\d{2}$/

/** @returns What is wrong with a day, or undefined. */
export function dateProblem(value: string): string | undefined {
  const time = Date.parse(`${value}T00:00:00Z`)
  const isDay = datePattern.test(value) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
  return isDay ? undefined : `${shown(value)} is not a day; write it as 2027-01-31`
}
