import {tokenWithSecret} from '../../acl/access-check.js'
import {applyAclChange} from '../../acl/apply-change.js'
import {policyNames, tokenNames} from '../../acl/names.js'
import {observeAcl} from '../../acl/observed.js'
import {type AclChange, planAcl} from '../../acl/plan.js'
import {isTaken} from '../../acl/refusals.js'
import {type AclServer, onFirstReachable} from '../../acl/servers.js'
import type {ConsulClient} from '../../consul/client.js'
import type {AclToken} from '../../consul/types.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {agentsOf, primaryOf} from '../../federation/selectors.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {Change, Step} from '../step.js'
import {tokenWait} from './acl.js'

/**
 * Makes the tokens that agents and fedctl use after the move known to the ACLs of a datacenter that is still on its own, with accessor and secret of
 * those in the primary: no agent of it ever has a token that its servers do not know. Replication puts the primary's in their place.
 * @param own servers of the datacenter, with a management token of its own.
 */
export function makeKnownStep(datacenter: Datacenter, own: readonly AclServer[]): Step {
  return {
    async changes(context) {
      if (!context.federation.acl.enabled) return []
      return [
        ...(await operatorsToken(context, datacenter, own)),
        ...(await plannedChanges(context, datacenter, own)),
        ...(await tokenWait(context, datacenter, datacenter)),
      ]
    },
    done: [],
    id: 'make-known',
    title: `Make the tokens of the federation known to ${datacenter.name}`,
    why: 'its agents change over one by one, and the old ones and the new ones need tokens that its servers know',
    withinMs: 0,
  }
}

/** Policies and tokens of the datacenter's agents, its gateways, replication and verification. */
async function plannedChanges(
  context: RunbookContext,
  datacenter: Datacenter,
  own: readonly AclServer[],
): Promise<Change[]> {
  const {federation, ports, secrets} = context
  const {signal} = ports
  if (!(await knowsOwnToken(own, signal))) return []
  const observed = await onFirstReachable(own, (client) => observeAcl(client, federation, secrets, signal), signal)
  return planAcl(federation, secrets, observed)
    .filter((change) => isFor(datacenter, change))
    .map((change) => ({
      kind: 'make-known',
      summary: `${change.summary}, in ${datacenter.name}`,
      write: () => onFirstReachable(own, (client) => applyAclChange(client, change, secrets, signal), signal),
    }))
}

function isFor(datacenter: Datacenter, change: AclChange): boolean {
  const agents = agentsOf(datacenter)
  if (change.kind === 'acl-policy') {
    const {gateway, replication, verifier} = policyNames
    return [gateway, replication, verifier, ...agents.map(policyNames.agent)].includes(change.policy.name)
  }
  if (!('token' in change)) return false
  const {gateway, replication, verifier} = tokenNames
  return [gateway, replication, verifier, ...agents.map(tokenNames.agent)].includes(change.token.name)
}

/** The token with which fedctl asks the datacenter from now on. */
async function operatorsToken(
  context: RunbookContext,
  datacenter: Datacenter,
  own: readonly AclServer[],
): Promise<Change[]> {
  const {signal} = context.ports
  const [server] = await aclServersOf(datacenter, context)
  const secret = server?.client.access.token
  if (!secret) return []
  const known = (servers: readonly AclServer[]) =>
    onFirstReachable(servers, (client) => tokenWithSecret(client, secret, {signal}), signal)
  if (await known(await aclServersOf(datacenter, context))) return []
  const token = await known(await aclServersOf(primaryOf(context.federation), context))
  if (!token) {
    const message = `the token of the federation file for ${datacenter.name} is one that the primary does not know`
    throw new FedctlError('token.missing', message, {
      suggestions: [
        `take api.token of ${datacenter.name} out of the federation file, and name that token with --own-token-file: it counts as long as the datacenter is on its own`,
      ],
    })
  }
  return [
    {
      kind: 'make-known',
      summary: `create the token with which fedctl asks, in ${datacenter.name}`,
      write: () => onFirstReachable(own, (client) => createOperatorsToken(client, token, signal), signal),
    },
  ]
}

async function createOperatorsToken(
  client: ConsulClient,
  {AccessorID, SecretID}: AclToken,
  signal: AbortSignal,
): Promise<void> {
  const Policies = [{Name: 'global-management'}]
  const body = {AccessorID, Description: 'fedctl: management', Local: false, Policies, SecretID}
  try {
    await client.request('/v1/acl/token', {body, method: 'PUT', signal})
  } catch (error) {
    if (!isTaken(error)) throw error
  }
}

/** After the move the datacenter has forgotten it, and has what it needs from the primary. */
async function knowsOwnToken(own: readonly AclServer[], signal: AbortSignal): Promise<boolean> {
  return onFirstReachable(
    own,
    async (client) => {
      const secret = client.access.token
      return secret !== undefined && (await tokenWithSecret(client, secret, {signal})) !== undefined
    },
    signal,
  )
}
