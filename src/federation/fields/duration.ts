import {shown} from './shown.js'

export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/

/** What is wrong with a Go duration string, if anything. */
export function durationProblem(value: string): string | undefined {
  if (!durationPattern.test(value))
    return `${shown(value)} is not a duration; write a number and its unit, such as 30s or 1m30s`
  return /[1-9]/.test(value) ? undefined : `${shown(value)} is no time at all; write for example 30s`
}
