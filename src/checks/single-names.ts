import {distinct, joined} from './wording.js'

/** Rights on single names that a finding lists. */
const mostShown = 5

/** What counts where several rules are about a name (Consul acl/policy_authorizer.go and acl/policy_merger.go, 1.8–1.21). */
export const precedence =
  'a rule on one name counts more than one on a prefix, the longer prefix more than the shorter, and deny more than any other on the same name'

/** Whether a right is about one name, such as `node:read dc2-s1`; `service:read in dc2` is not. */
export function isOnOneName(right: string): boolean {
  return /^\w+:(?:read|write) (?!in )\S/.test(right)
}

/** `node:read n1, node:read n2 and node:read n3`: of rights on single names the first five, and how many more there are. */
export function shownRights(rights: readonly string[]): string {
  return shortened(
    rights.filter((right) => !isOnOneName(right)),
    rights.filter(isOnOneName),
  )
}

/**
 * Whether what a finding says of a token means that a rule takes rights on single names back: it names such rights, and those on all names are not
 * missing with them, as they are where a policy of the token is not there yet. Waiting brings nothing then.
 */
export function takesBack(found: string): boolean {
  const inGeneral = new Set([...found.matchAll(/(\w+):read(?=,| and |$)/g)].map(([, resource]) => resource))
  const single = [...found.matchAll(/(\w+):(?:read|write) (?!in |and |\()\S/g)]
  return single.some(([, resource]) => !inGeneral.has(resource))
}

/** What to do about rights that a token has in general and lacks on single names. @param whose `that token`, `the gateway token`. */
export function takeRulesOut(rights: readonly string[], whose: string): string {
  const names = distinct(rights.map((right) => right.slice(right.indexOf(' ') + 1)))
  return `take what denies ${shortened([], names)}, by name or prefix, out of the policies of ${whose}: consul acl token read -self`
}

/** Why answers are incomplete: Consul leaves out what the token may not read. */
export function leftOut(rights: readonly string[], what: 'gateways' | 'members'): string {
  return `the token lacks ${shownRights(rights)} (Consul leaves ${what} out)`
}

function shortened(whole: readonly string[], single: readonly string[]): string {
  const more = single.length - mostShown
  return joined([...whole, ...single.slice(0, mostShown), ...(more > 0 ? [`${more} more`] : [])])
}
