import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, isTokenUnknownIn, type JudgedFinding, type Rule} from './rule.js'

/** The gateway is well and registered, and its WAN address leads elsewhere. */
export const wrongWanAddress = factRule({
  cause: 'gateway.wan-address',
  check: 'gateway.wan-address',
  explains: (names, about) => dependsOn(names, about),
  text: (subjects, found) => `other datacenters cannot use gateway ${subjects} by its WAN address: ${found}`,
  title: 'the WAN address of a gateway is wrong',
})

export const notBootstrapped = factRule({
  cause: 'acl.not-bootstrapped',
  check: 'acl.bootstrapped',
  explains: () => (finding) => unbootstrapped.test(finding.check),
  text: (subjects) => `nobody has bootstrapped the ACLs of ${subjects}`,
  title: 'the primary has ACLs and no management token',
})

/** What a secondary copies or has signed, it asks for with this token. */
export const replicationToken = factRule({
  cause: 'acl.replication-token',
  check: 'acl.replication-rights',
  explains(_names, {model}) {
    const secondaries = model.datacenters.map(({name}) => name).filter((name) => name !== model.primary)
    return (finding) => drawn.test(finding.check) || isTokenUnknownIn(secondaries, finding)
  },
  text: (_subjects, found) => `secondaries cannot replicate: ${found}`,
  title: 'the replication token is unknown or may not do what replication needs',
})

export const gatewayToken = factRule({
  cause: 'acl.gateway-token',
  check: 'acl.gateway-token',
  text: (subjects, found) => `gateways of ${subjects} cannot start or register again: ${found}`,
  title: 'the token of the gateways is unknown or may not do what gateways need',
})

export const noIntermediate = factRule({
  cause: 'ca.intermediate',
  check: 'ca.intermediate',
  text: (subjects, found) => `services of ${subjects} get no valid certificates: ${found}`,
  title: 'a secondary has no valid intermediate certificate',
})

export const entriesDiffer = factRule({
  cause: 'entries.replicated',
  check: 'entries.replicated',
  text: (subjects, found) => `${subjects} does not hold the config entries of the primary: ${found}`,
  title: 'a secondary does not hold the config entries of the primary',
})

const unbootstrapped = /^(?:access\.token$|(?:acl|ca|entries|state)\.|gateway\.(?:healthy|registered)$)/
const drawn = /^(?:acl\.replication$|(?:ca|entries|state)\.)/

interface FactRule {
  readonly cause: string
  readonly check: string
  /** What else follows from the failures of the check, which are about these datacenters. */
  readonly explains?: (names: readonly string[], about: Case) => (finding: JudgedFinding) => boolean
  readonly text: (subjects: string, found: string) => string
  readonly title: string
}

/** A rule for which one check tells the cause by itself: the failures that say the same are named together. */
function factRule({cause, check, explains, text, title}: FactRule): Rule {
  return {
    cause,
    title,
    when(about) {
      const failures = failuresOf(about, check)
      const [first] = failures
      if (!first) return undefined
      const found = first.finding.found ?? ''
      const alike = failures.filter(({finding}) => finding.found === found)
      const follows = explains?.(distinct(failures.flatMap(({datacenters}) => datacenters)), about)
      return {
        explains: (finding) => finding.check === check || follows?.(finding) === true,
        fix: distinct(failures.flatMap(({finding}) => finding.fix?.slice(0, 1) ?? [])).concat(
          failures.length === 1 ? (first.finding.fix ?? []).slice(1) : [],
        ),
        title: text(joined(alike.map(({finding}) => finding.subject)), found),
      }
    },
  }
}
