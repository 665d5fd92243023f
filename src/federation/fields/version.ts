import {shown} from './shown.js'

export const versionPattern = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/
const oldest = '1.8.0'

/** What is wrong with a Consul version, if anything. The oldest that federates through gateways is 1.8.0. */
export function versionProblem(value: string): string | undefined {
  if (!versionPattern.test(value)) {
    const short = /^v?(\d+\.\d+)$/.exec(value)?.[1]
    const prefixed = /^v(\d+\.\d+\.\d+.*)$/.exec(value)?.[1]
    const better = short ? `all three parts, such as ${short}.0` : (prefixed ?? 'for example 1.17.3')
    return `${shown(value)} is not a whole version; write ${better}`
  }
  if (versionAtLeast(value, oldest)) return undefined
  return `${shown(value)} cannot federate through mesh gateways; upgrade to ${oldest} or newer`
}

/** Whether the version is `minimum` or newer. What follows `-` or `+` (release candidates, Enterprise) does not count. */
export function versionAtLeast(version: string, minimum: string): boolean {
  const [ours, theirs] = [numbers(version), numbers(minimum)]
  const index = ours.findIndex((part, position) => part !== theirs[position])
  return index === -1 || (ours[index] ?? 0) > (theirs[index] ?? 0)
}

function numbers(version: string): number[] {
  return (version.split(/[-+]/)[0] ?? '').split('.').map(Number)
}
