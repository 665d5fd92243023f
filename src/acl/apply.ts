import {type Journal, journalledChange} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import type {Ports} from '../system/ports.js'
import {applyAclChange} from './apply-change.js'
import {requireAcl} from './enabled.js'
import {observeAcl} from './observed.js'
import {type AclChange, planAcl} from './plan.js'
import {type AclServer, onFirstReachable, withServers} from './servers.js'
import {writeTokenFiles} from './token-files.js'

export interface AclApplied {
  readonly changes: readonly AclChange[]
  /** True where the changes were only planned. */
  readonly dryRun: boolean
  readonly schemaVersion: 1
}

export interface ApplyOptions {
  readonly dryRun: boolean
  readonly federation: Federation
  readonly journal: Journal
  readonly ports: Pick<Ports, 'env' | 'signal' | 'talk'>
  readonly secrets: Secrets
}

/**
 * Makes the primary's policies and tokens what the federation file says, and writes the token files.
 * @returns What was done, or with `dryRun` what would be.
 * @throws FedctlError `usage` where the file has ACLs off; otherwise as `observeAcl`, `planAcl` and `applyAclChange`.
 */
export async function applyAcl(options: ApplyOptions): Promise<AclApplied> {
  const {dryRun, federation, journal, ports, secrets} = options
  requireAcl(federation)
  const credentials = {env: ports.env, roles: ['management'] as const, secrets}
  return withServers(primaryOf(federation).servers, credentials, async (servers) => {
    const changes = await plannedChanges(servers, options)
    if (!dryRun) {
      for (const change of changes) {
        ports.talk(change.summary)
        await journalledChange(journal, change.summary, () =>
          onFirstReachable(servers, (client) => applyAclChange(client, change, secrets, ports.signal), ports.signal),
        )
      }
      await journalledChange(journal, 'write the token files', () => writeTokenFiles(federation, secrets))
    }
    return {changes, dryRun, schemaVersion: 1}
  })
}

async function plannedChanges(
  servers: readonly AclServer[],
  {federation, ports, secrets}: ApplyOptions,
): Promise<AclChange[]> {
  const observed = await onFirstReachable(
    servers,
    (client) => observeAcl(client, federation, secrets, ports.signal),
    ports.signal,
  )
  return planAcl(federation, secrets, observed)
}

/** What to tell the operator: every change where they were only planned, else how many were made. */
export function appliedText({changes, dryRun}: AclApplied): string {
  if (changes.length === 0) return 'nothing to do: policies and tokens are as the federation file says'
  if (dryRun) return changes.map(({summary}) => summary).join('\n')
  return `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} made: policies and tokens are as the federation file says`
}
