import {type ReplicationStatus, replicates} from '../../acl/replication-status.js'
import type {AclStatus, DatacenterAcl, TokenStatus} from '../../acl/status.js'

/** Columns and rows, to be laid out. */
export interface StatusTable {
  readonly columns: readonly {readonly cell: (row: readonly string[]) => string; readonly head: string}[]
  readonly rows: readonly (readonly string[])[]
}

/** The status for people: datacenters, servers that are not well, policies and tokens. Empty where the file has ACLs off. */
export function statusTables(status: AclStatus): StatusTable[] {
  if (!status.enabled) return []
  const unwell = status.datacenters.flatMap(({servers}) => servers).filter(({state}) => state !== 'on')
  return [
    asTable(['Datacenter', 'ACLs', 'Bootstrapped', 'Replication'], status.datacenters.map(datacenterRow)),
    asTable(
      ['Server', 'State', 'Why'],
      unwell.map(({id, reason = '', state}) => [id, state, reason]),
    ),
    asTable(
      ['Policy', 'Against the file'],
      [...status.policies.map(({name, state}) => [name, state]), ['(anonymous token)', status.anonymous]],
    ),
    asTable(['Token', 'Accessor', 'Against the file', 'Known by', 'Unknown to'], status.tokens.map(tokenRow)),
  ].filter(({rows}) => rows.length > 0)
}

/** What there is to say besides the tables. */
export function statusNote({enabled, unreadBecause}: AclStatus): string | undefined {
  if (!enabled) return 'ACLs are off in the federation file'
  return unreadBecause === null ? undefined : `policies and tokens could not be compared: ${unreadBecause}`
}

function datacenterRow({bootstrapped, enabled, name, replication}: DatacenterAcl): string[] {
  const acls = enabled === null ? 'no answer' : enabled ? 'on' : 'off'
  return [name, acls, bootstrapped, replication ? replicationText(replication) : '-']
}

function replicationText(replication: ReplicationStatus): string {
  const {enabled, lastError, lastErrorMessage, lastSuccess, running, type} = replication
  if (!enabled) return 'off'
  const what = `${type ?? 'nothing'}, ${running ? 'running' : 'not running'}`
  if (replicates(replication)) return `${what}, last success ${lastSuccess}`
  const failed = lastError === null ? 'no success yet' : `last error ${lastError}`
  return [what, failed, lastErrorMessage].filter(Boolean).join(', ')
}

function tokenRow({accessorId, knownBy, name, state, unknownTo}: TokenStatus): string[] {
  const asked = knownBy.length + unknownTo.length
  const known = asked === 0 ? '-' : `${knownBy.length} of ${asked}`
  return [name, accessorId ?? '-', state, known, unknownTo.join(', ') || '-']
}

function asTable(heads: readonly string[], rows: readonly (readonly string[])[]): StatusTable {
  return {columns: heads.map((head, index) => ({cell: (row) => row[index] ?? '', head})), rows}
}
