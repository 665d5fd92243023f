import {desiredTokens} from '../../acl/desired.js'
import {tokenNames} from '../../acl/names.js'
import {observeAcl, type ObservedAcl} from '../../acl/observed.js'
import {planAcl} from '../../acl/plan.js'
import {onFirstReachable} from '../../acl/servers.js'
import {areTokenFilesRight} from '../../acl/token-files.js'
import {managementIsKnown, managementResolves} from '../../acl/bootstrap.js'
import {waitForToken} from '../../acl/wait-for-token.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {agentsOf, primaryOf} from '../../federation/selectors.js'
import {workspacePaths} from '../../federation/workspace.js'
import {statIfExists} from '../../system/files.js'
import {supports} from '../../versions/features.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {AwaitTokens, Step} from '../step.js'

/** A token that the leader has made is known to the other servers a moment later. */
const settleMs = 15_000

/** A management token for the primary, known to the workspace. */
export function bootstrapAclStep(primary: Datacenter): Step {
  return {
    async changes(context) {
      const {federation, ports, secrets} = context
      if (!federation.acl.enabled) return []
      const servers = await aclServersOf(primaryOf(federation), context)
      const file = workspacePaths(federation.workspace).tokenFile(tokenNames.management)
      const options = {secrets, servers, signal: ports.signal}
      const isKnown = context.isDryRun ? await managementIsKnown(options) : await managementResolves(options)
      if (isKnown && (await statIfExists(file))) return []
      const initialTokenConfigured =
        !supports(primaryOf(federation).consul, 'bootstrap-secret') &&
        secrets.knownToken(tokenNames.management) !== undefined
      const summary = 'make sure that the primary has a management token'
      return [{initialTokenConfigured, kind: 'bootstrap-acl', summary}]
    },
    done: [{check: 'acl.bootstrapped', datacenters: [primary.name]}],
    id: 'bootstrap-acl',
    title: 'Bootstrap the ACLs of the primary',
    why: 'everything else about ACLs is done with the management token, which exists in the primary alone',
    withinMs: settleMs,
  }
}

/** Policies and tokens of the whole federation, and the tokens known where they will be used first. */
export function applyAclStep(datacenter: Datacenter): Step {
  return {
    async changes(context) {
      const {federation, secrets} = context
      if (!federation.acl.enabled) return []
      const changes = planAcl(federation, secrets, await observedAcl(context))
      return [...changes, ...(await tokenWait(context, primaryOf(federation), datacenter))]
    },
    done: [],
    id: 'apply-acl',
    title: 'Apply policies and tokens',
    why: 'each agent and gateway gets a token that may do what it needs and no more',
    withinMs: 0,
  }
}

/** What the primary has; in a dry run nothing, where it does not run or has no management token yet. */
async function observedAcl(context: RunbookContext): Promise<ObservedAcl> {
  const {federation, isDryRun, ports, secrets} = context
  try {
    const servers = await aclServersOf(primaryOf(federation), context)
    return await onFirstReachable(
      servers,
      (client) => observeAcl(client, federation, secrets, ports.signal),
      ports.signal,
    )
  } catch (error) {
    const isEarly = isDryRun && error instanceof FedctlError && error.code.startsWith('consul.')
    if (isEarly) return {anonymous: undefined, policies: [], tokens: []}
    throw error
  }
}

/**
 * The wait for the tokens of `user`'s agents and gateways on the servers of `where`.
 * @returns Nothing where they all know them already.
 */
export async function tokenWait(context: RunbookContext, where: Datacenter, user: Datacenter): Promise<AwaitTokens[]> {
  if (!context.federation.acl.enabled) return []
  const othersAgents = new Set(
    context.federation.datacenters
      .filter(({name}) => name !== user.name)
      .flatMap(agentsOf)
      .map(tokenNames.agent),
  )
  const tokens = desiredTokens(context.federation)
    .map(({name}) => name)
    .filter((name) => !othersAgents.has(name))
  const {federation, secrets} = context
  if ((await allKnown(context, where, tokens)) && (await areTokenFilesRight(federation, secrets))) return []
  const summary = `wait until every server of ${where.name} knows the ${tokens.length} tokens of ${user.name}`
  return [{datacenter: where.name, kind: 'await-tokens', summary, tokens}]
}

async function allKnown(context: RunbookContext, where: Datacenter, tokens: readonly string[]): Promise<boolean> {
  const {clock, signal} = context.ports
  const servers = await aclServersOf(where, context)
  for (const name of tokens) {
    const known = context.secrets.knownToken(name)
    if (!known) return false
    try {
      await waitForToken(servers, {name, secretId: known.secretId}, {clock, signal, withinMs: 0})
    } catch (error) {
      if (error instanceof FedctlError && error.code.startsWith('consul.')) return false
      throw error
    }
  }
  return true
}
