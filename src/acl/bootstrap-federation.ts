import {type Journal, journalledChange} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import {workspacePaths} from '../federation/workspace.js'
import type {Ports} from '../system/ports.js'
import {bootstrapAcl, type BootstrapOutcome, planBootstrap} from './bootstrap.js'
import {requireAcl} from './enabled.js'
import {tokenNames} from './names.js'
import {withServers} from './servers.js'
import {writeTokenFiles} from './token-files.js'

export interface BootstrapReport {
  readonly dryRun: boolean
  /** `planned` only with `dryRun`: Consul would be asked to bootstrap. */
  readonly outcome: 'planned' | BootstrapOutcome
  readonly schemaVersion: 1
  /** The file that holds the management token, null where the workspace has none. */
  readonly tokenFile: string | null
}

export interface BootstrapFederationOptions {
  readonly dryRun: boolean
  readonly federation: Federation
  readonly journal: Journal
  readonly ports: Pick<Ports, 'env' | 'signal'>
  readonly secrets: Secrets
}

/**
 * Bootstraps the ACLs of the primary and writes the management token's file.
 * @throws FedctlError `usage` where the file has ACLs off; otherwise as `bootstrapAcl`.
 */
export async function bootstrapFederation(options: BootstrapFederationOptions): Promise<BootstrapReport> {
  const {dryRun, federation, journal, ports, secrets} = options
  requireAcl(federation)
  const credentials = {env: ports.env, roles: ['management'] as const, secrets}
  const outcome = await withServers(primaryOf(federation).servers, credentials, async (servers) => {
    const options = {secrets, servers, signal: ports.signal}
    return dryRun
      ? planBootstrap(options)
      : journalledChange(journal, 'make sure that the primary has a management token', () => bootstrapAcl(options))
  })
  if (!dryRun) await journalledChange(journal, 'write the token files', () => writeTokenFiles(federation, secrets))
  const hasToken = outcome === 'known' || outcome === 'bootstrapped'
  const tokenFile = hasToken ? workspacePaths(federation.workspace).tokenFile(tokenNames.management) : null
  return {dryRun, outcome, schemaVersion: 1, tokenFile}
}

/** What to tell the operator. */
export function bootstrapText({outcome, tokenFile}: BootstrapReport): string {
  switch (outcome) {
    case 'bootstrapped':
      return `ACLs are bootstrapped: the management token is in ${tokenFile}`
    case 'known':
      return `nothing to do: Consul knows the management token in ${tokenFile}`
    case 'planned':
      return 'bootstrap the ACLs of the primary and keep the management token in the workspace'
    case 'supplied':
      return 'nothing to do: somebody else has bootstrapped the ACLs, and Consul knows the token that was supplied'
  }
}
