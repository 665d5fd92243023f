import type {CheckResult, Report} from '../../checks/check.js'

/** `41 checks passed, 1 warned, 2 failed, 3 skipped`. A preflight says how many of those wait until something runs. */
export function closingLine({checks, summary}: Report): string {
  const {fail, pass, skip, warn} = summary
  const waiting = checks.filter(({waits}) => waits).length
  const why = waiting > 0 ? `, ${waiting} of them until something runs` : ''
  return `${pass} checks passed, ${warn} warned, ${fail} failed, ${skip} skipped${why}`
}

/** The results that have something to say: what waits until something runs is only counted. */
export function worthShowing({checks}: Report): CheckResult[] {
  return checks.filter(({waits}) => !waits)
}
