import type {Datacenter, Federation} from '../../federation/model.js'
import {primaryOf, secondariesOf} from '../../federation/selectors.js'
import {copiedKinds} from '../../versions/copied-kinds.js'
import type {ConfigEntryDigest, ConfigEntryFacts} from '../../observe/config-entry-facts.js'
import type {Snapshot} from '../../observe/snapshot.js'
import {parseVersion} from '../../versions/version.js'
import {firstKnown, given, type Known, known, unknown} from '../answers.js'
import {withSecondaries} from '../applicability.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {mayHideByAcls} from '../unplanned-acls.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {counted} from '../wording.js'

export const entriesChecks = [
  aboutDatacenters({
    applies: withSecondaries,
    id: 'entries.replicated',
    observes: ['agent', 'config-entries', 'token'],
    subjects: secondariesOf,
    title: "each secondary holds the primary's config entries and intentions",
    judge: replicatedVerdict,
  }),
]

/** The config entries and intentions of a datacenter, where the token may see all of them. */
export function configEntriesOf(model: Federation, snapshot: Snapshot, {servers}: Datacenter): Known<ConfigEntryFacts> {
  return firstKnown(
    servers.map(({id}) => {
      const view = snapshot.servers[id]
      const answer = known(view?.configEntries, 'service:read')
      if (!answer.known) return answer
      const isCut = view?.filtered?.includes('config-entries') ?? false
      const mayRead = (!model.acl.enabled || model.acl.defaultPolicy === 'allow') && !mayHideByAcls(model, view)
      const permissions = view?.permissions
      if (!isCut && (permissions?.ok ? permissions.value.service : mayRead)) return answer
      if (!isCut && !mayRead && permissions?.ok !== true) return unknown('it is not known what the token may read')
      return unknown('the token lacks service:read (Consul left config entries out)')
    }),
  )
}

function replicatedVerdict(datacenter: Datacenter, {model, snapshot}: Seen): Verdict {
  const primary = primaryOf(model)
  return given(configEntriesOf(model, snapshot, primary), (theirs) =>
    given(configEntriesOf(model, snapshot, datacenter), (own) => {
      // Versions that differ know other fields and kinds, so there only presence is compared, of what both know.
      const withContent = minorOf(primary) === minorOf(datacenter)
      const differences = differencesBetween(
        knownTo(datacenter, theirs.entries),
        knownTo(primary, own.entries),
        withContent,
        primary.name,
      )
      const [first] = differences
      if (first === undefined) {
        return holds(theirs.entries.length === 1 ? '1 entry' : `${theirs.entries.length || 'no'} entries`)
      }
      return broken({
        evidence: differences.slice(1, 10),
        expected: `the ${counted(theirs.entries.length, 'config entry').replace(/entrys$/, 'entries')} of ${primary.name}, and no other`,
        fix: [
          fedctlCommand('verify', {dc: datacenter.name, only: 'acl,wan.rpc'}),
          `see in the log of the leader of ${datacenter.name}: Config Entry replication error; an entry that it names can be removed and written again in ${primary.name}`,
        ],
        found: first,
        // What was written a moment ago is on its way.
        settling: true,
      })
    }),
  )
}

/** Intentions of 1.8 go by the kind that they have later. */
function knownTo({consul}: Datacenter, entries: readonly ConfigEntryDigest[]): ConfigEntryDigest[] {
  const kinds = new Set([...copiedKinds(consul), 'service-intentions'])
  return entries.filter(({kind}) => kinds.has(kind))
}

function differencesBetween(
  theirs: readonly ConfigEntryDigest[],
  own: readonly ConfigEntryDigest[],
  withContent: boolean,
  primary: string,
): string[] {
  const copyOf = ({kind, name}: ConfigEntryDigest, entries: readonly ConfigEntryDigest[]) =>
    entries.find((other) => other.kind === kind && other.name === name)
  return [
    ...theirs.flatMap((entry) => {
      const copy = copyOf(entry, own)
      if (!copy) return [`${shown(entry)} is missing`]
      return withContent && copy.digest !== entry.digest ? [`${shown(entry)} differs from that of ${primary}`] : []
    }),
    ...own
      .filter((entry) => !copyOf(entry, theirs))
      .map((entry) => `${shown(entry)} is not in ${primary} and yet here`),
  ]
}

function shown({kind, name}: ConfigEntryDigest): string {
  return `${kind} ${name}`
}

function minorOf({consul}: Datacenter): string {
  const version = parseVersion(consul)
  return version ? `${version.major}.${version.minor}` : consul
}
