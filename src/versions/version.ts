import {FedctlError} from '../errors/fedctl-error.js'

export interface ConsulVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** Such as `rc1`. Undefined for a release, also for one that somebody else built. */
  readonly prerelease?: string
}

/** Federation through mesh gateways is there since 1.8.0. */
export const oldestSupported = '1.8.0'

const versionPattern = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.~+-]+)?(?::.*)?$/
const prereleasePattern = /^(?:alpha|beta|dev|pre|preview|rc)[\d.-]*$/i

/**
 * Reads a version as Consul, its packages and its member tags write it: `1.8.7`, `v1.8.7`, `1.8.7+dfsg1`, `1.17.0+ent`, `1.8.7:1a2b3c4d`.
 * Only alpha, beta, dev, pre, preview and rc make a pre-release; any other suffix (`1.21.4-criteo3`) names who built the release.
 * @returns Undefined where the text is not a version.
 */
export function parseVersion(text: string): ConsulVersion | undefined {
  const found = versionPattern.exec(text)
  if (!found) return undefined
  const [, major, minor, patch, suffix] = found
  const release = {major: Number(major), minor: Number(minor), patch: Number(patch)}
  return suffix !== undefined && prereleasePattern.test(suffix) ? {...release, prerelease: suffix} : release
}

/**
 * Negative where `a` is older than `b`, 0 where they are the same release, positive where it is newer. A pre-release is older than its release.
 * @throws FedctlError `usage` for a text that is not a version.
 */
export function compareVersions(a: ConsulVersion | string, b: ConsulVersion | string): number {
  const left = versionOf(a)
  const right = versionOf(b)
  return (
    left.major - right.major ||
    left.minor - right.minor ||
    left.patch - right.patch ||
    comparePrereleases(left.prerelease, right.prerelease)
  )
}

/** Whether fedctl supports that version: 1.8.0 and newer. @throws FedctlError `usage` for a text that is not a version. */
export function isSupportedVersion(version: ConsulVersion | string): boolean {
  return compareVersions(version, oldestSupported) >= 0
}

function versionOf(version: ConsulVersion | string): ConsulVersion {
  if (typeof version !== 'string') return version
  const parsed = parseVersion(version)
  if (parsed) return parsed
  throw new FedctlError('usage', `${JSON.stringify(version)} is not a version of Consul`, {
    suggestions: ['write a version with three numbers, such as 1.17.3'],
  })
}

function comparePrereleases(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
  return left.localeCompare(right, 'en', {numeric: true})
}
