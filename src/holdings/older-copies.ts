import {FedctlError} from '../errors/fedctl-error.js'
import {forShell} from '../system/for-shell.js'
import {compareHoldings} from './compare.js'
import type {Sides} from './compare-rights.js'
import type {Export} from './export.js'
import {sameName} from './grants.js'
import type {Grants, Holdings, Link} from './holdings.js'
import type {Thing} from './thing.js'

/**
 * Refuses to go on where an earlier run has made things in the primary that the datacenter has changed or deleted since: the older copies would count, and
 * replication would bring them.
 * @param things as they are judged now.
 * @throws FedctlError `runbook.step-failed` with the commands that delete the older copies, and what of the earlier run is linked to them, since links go
 * with what they lead to.
 */
export function refuseOlderCopies(things: readonly Thing[], sides: Sides, earlier: Export | undefined): void {
  if (!sides.adopt || !earlier?.index.adopt) return
  const made = madeBy(earlier, sides)
  const older = made.filter((thing) => things.some((one) => one.fate === 'conflict' && isSame(one, thing)))
  if (older.length === 0) return
  const {datacenter} = sides
  const {primary} = earlier.index
  const names = older.map(({name, what}) => `${what} ${name}`).join(', ')
  const message = `an earlier run has made in ${primary} what has changed in ${datacenter} since, or is gone there: ${names}`
  throw new FedctlError('runbook.step-failed', message, {
    suggestions: [
      `delete the older copies in ${primary}, and what is linked to them; what ${datacenter} still has is made there anew:`,
      ...withLinked(older, made, earlier.holdings).map(deletion),
      'then run the same command again; nothing is lost yet',
    ],
  })
}

/** What the primary has as it was to be made there. */
function madeBy({holdings, index}: Export, sides: Sides): Thing[] {
  const {things} = compareHoldings({...sides, own: holdings})
  return index.things.filter(
    (thing) => thing.fate === 'recreate' && things.some((one) => one.fate === 'equal' && isSame(one, thing)),
  )
}

/** Tokens first, then roles, then policies: none loses a link before it goes itself. */
function withLinked(older: readonly Thing[], made: readonly Thing[], {roles, tokens}: Holdings): Thing[] {
  const isOlder = ({key, what}: Pick<Thing, 'key' | 'what'>) => older.some((one) => isSame(one, {key, what}))
  const isLinked = (links: readonly Link[] | null | undefined, what: 'policy' | 'role', to: readonly string[]) =>
    (links ?? []).some(({Name}) => isOlder({key: Name, what}) || to.some((name) => sameName(name, Name)))
  const linkedRoles = roles.filter(({Policies}) => isLinked(Policies, 'policy', [])).map(({Name}) => Name)
  const isWithLinks = ({Policies, Roles}: Grants) =>
    isLinked(Policies, 'policy', []) || isLinked(Roles, 'role', linkedRoles)
  const linkedTokens = new Set(tokens.filter(isWithLinks).map(({AccessorID}) => AccessorID))
  const isDue = (thing: Thing) =>
    isOlder(thing) ||
    (thing.what === 'role' && linkedRoles.some((name) => sameName(name, thing.key))) ||
    (thing.what === 'token' && linkedTokens.has(thing.key))
  const rank = ({what}: Thing) => ['token', 'role', 'policy'].indexOf(what)
  return made.filter(isDue).sort((one, other) => rank(one) - rank(other))
}

function isSame(one: Pick<Thing, 'key' | 'what'>, other: Pick<Thing, 'key' | 'what'>): boolean {
  return one.what === other.what && sameName(one.key, other.key)
}

/** Commands of Consul 1.8–1.21. */
function deletion({key, what}: Thing): string {
  switch (what) {
    case 'config entry': {
      const [kind = '', ...name] = key.split('/')
      return `consul config delete -kind ${kind} -name ${forShell(name.join('/'))}`
    }
    case 'intention':
      return `consul intention delete ${key.split(' → ').map(forShell).join(' ')}`
    case 'token':
      return `consul acl token delete -id ${key}`
    default:
      return `consul acl ${what} delete -name ${forShell(key)}`
  }
}
