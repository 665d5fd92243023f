import type {Report} from '../../checks/check.js'

/** `41 passed, 1 warned, 2 failed, 3 skipped`. */
export function closingLine({summary}: Report): string {
  const {fail, pass, skip, warn} = summary
  return `${pass} passed, ${warn} warned, ${fail} failed, ${skip} skipped`
}
