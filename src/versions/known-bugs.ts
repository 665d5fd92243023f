import {compareVersions, type ConsulVersion, parseVersion} from './version.js'

/** A bug of Consul that a federation meets. */
export interface KnownBug {
  /** The first releases without it, one for each minor line that got the fix, oldest first. Older lines keep the bug, newer ones never had it. */
  readonly fixed: readonly [string, ...string[]]
  /** Where a federation meets it; every one where nothing is said. */
  readonly only?: BugCondition
  /** The first release with it; from the start where nothing is said. */
  readonly since?: string
  readonly source: string
  readonly what: string
}

/** `overlap`: two datacenters have a server of the same name and address. `host-names`: a gateway's WAN address is a name. */
export type BugCondition = 'acls' | 'gateways' | 'host-names' | 'ipv6' | 'overlap'

/** Bugs that every federation of a certain shape can meet; those of Kubernetes, Vault and special settings are not among them. */
export const knownBugs: readonly KnownBug[] = [
  {
    fixed: ['1.8.9', '1.9.3'],
    only: 'gateways',
    source: 'CHANGELOG 1.8.9 and 1.9.3, GH-9366, GH-9519, GH-9528',
    what: 'followers and restarted secondaries dial the gateways of the primary directly instead of through their own',
  },
  {
    fixed: ['1.8.17', '1.9.11', '1.10.4'],
    only: 'gateways',
    source: 'CHANGELOG 1.10.4, GH-11522',
    what: 'the primary goes on using the old addresses after all gateways of a secondary were replaced',
  },
  {
    fixed: ['1.10.4'],
    source: 'CHANGELOG 1.10.4, GH-11514',
    what: 'a secondary that could not reach the primary when its leader was elected gets no Connect CA until the next election',
  },
  {
    fixed: ['1.10.2'],
    only: 'gateways',
    since: '1.10.0',
    source: 'CHANGELOG 1.10.2, GH-10838',
    what: 'streaming to other datacenters does not go through the gateways',
  },
  {
    fixed: ['1.9.16', '1.10.9', '1.11.4'],
    source: 'CHANGELOG 1.11.4, GH-12307',
    what: 'replication of config entries halts at an entry that depends on another one',
  },
  {
    fixed: ['1.9.17', '1.10.10', '1.11.5'],
    only: 'acls',
    source: 'CHANGELOG 1.11.5, GH-12565',
    what: 'replication of ACLs stops silently when leadership moves to and fro',
  },
  {
    fixed: ['1.11.9', '1.12.5', '1.13.2'],
    source: 'CHANGELOG 1.13.2, GH-14429',
    what: 'intermediate certificates of secondaries pile up until handshakes are too large',
  },
  {
    fixed: ['1.15.3'],
    only: 'acls',
    since: '1.15.0',
    source: 'CHANGELOG 1.15.3, GH-17231',
    what: 'secondaries make up an anonymous token without rights',
  },
  {
    fixed: ['1.14.11', '1.15.7', '1.16.3', '1.17.1'],
    only: 'host-names',
    source: 'CHANGELOG 1.17.1, GH-19268',
    what: 'gateways whose WAN address is a host name do not become ready',
  },
  {
    fixed: ['1.15.8', '1.16.4', '1.17.1'],
    only: 'overlap',
    source: 'CHANGELOG 1.17.1, GH-19503',
    what: 'servers send calls for another datacenter to themselves where name and address are the same there',
  },
  {
    fixed: ['1.21.2'],
    only: 'ipv6',
    source: 'CHANGELOG 1.21.2, GH-22226',
    what: 'servers and gateways with IPv6 addresses do not federate',
  },
]

/** Whether a version has that bug. @throws FedctlError `usage` for a text that is not a version. */
export function hasBug(version: ConsulVersion | string, {fixed, since}: KnownBug): boolean {
  if (since !== undefined && compareVersions(version, since) < 0) return false
  const ofLine = fixed.find((release) => sameMinor(release, version))
  return compareVersions(version, ofLine ?? fixed.at(-1) ?? fixed[0]) < 0
}

/** The oldest release, not older than that version, that has none of these bugs; only releases that fixed one of them are looked at. */
export function firstWithout(version: ConsulVersion | string, bugs: readonly KnownBug[]): string | undefined {
  return bugs
    .flatMap(({fixed}) => fixed)
    .sort(compareVersions)
    .find((release) => compareVersions(release, version) >= 0 && !bugs.some((bug) => hasBug(release, bug)))
}

function sameMinor(a: string, b: ConsulVersion | string): boolean {
  const [left, right] = [parseVersion(a), typeof b === 'string' ? parseVersion(b) : b]
  return left !== undefined && left.major === right?.major && left.minor === right.minor
}
