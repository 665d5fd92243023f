import type {ConsulClient} from '../consul/client.js'
import {anonymousAccessorId} from '../consul/types.js'
import type {Secrets} from '../federation/secrets.js'
import type {PolicySpec, TokenSpec} from './desired.js'
import {hasAnonymousPolicy, hasOtherSecret, isAnonymousPolicy, policyDrift, secretLost, tokenDrift} from './drift.js'
import {
  createPolicy,
  createToken,
  readPolicyByName,
  readToken,
  replacePolicies,
  updatePolicy,
  updateToken,
} from './endpoints.js'
import {ifThere} from './observed.js'
import type {AclChange} from './plan.js'
import {isTaken} from './refusals.js'

type AnonymousChange = Extract<AclChange, {action: 'attach' | 'detach'}>

interface Call {
  readonly signal?: AbortSignal
}

/**
 * Carries out one change at a server of the primary, which forwards it to its leader. Repetition is harmless: what is there already
 * is compared, and written only where it differs. A token's secret is generated and saved before Consul hears of it.
 * @throws RequestError; FedctlError `acl.secret-lost` where Consul has the token with another secret than the workspace.
 */
export async function applyAclChange(
  client: ConsulClient,
  change: AclChange,
  secrets: Secrets,
  signal?: AbortSignal,
): Promise<void> {
  const call = signal ? {signal} : {}
  if (change.kind === 'acl-policy') await putPolicy(client, change.policy, call)
  else if ('token' in change) await putToken(client, change.token, secrets, call)
  else await putAnonymous(client, change, call)
}

async function putPolicy(client: ConsulClient, policy: PolicySpec, call: Call): Promise<void> {
  const found = await ifThere(readPolicyByName(client, policy.name, call))
  if (!found && (await unlessTaken(createPolicy(client, policy, call)))) return
  const settled = found ?? (await readPolicyByName(client, policy.name, call))
  if (policyDrift(policy, settled) !== 'none') await updatePolicy(client, settled, policy, call)
}

async function putToken(client: ConsulClient, token: TokenSpec, secrets: Secrets, call: Call): Promise<void> {
  const secret = await secrets.token(token.name)
  const found = await ifThere(readToken(client, secret.accessorId, call))
  if (!found && (await unlessTaken(createToken(client, token, secret, call)))) return
  const settled = found ?? (await ifThere(readToken(client, secret.accessorId, call)))
  if (!settled || hasOtherSecret(settled, secret)) throw secretLost(token.name, secret.accessorId)
  if (tokenDrift(token, settled) !== 'none') await updateToken(client, token, secret.accessorId, call)
}

/** Other policies of the anonymous token stay. It is read right before it is written, since Consul only replaces whole tokens. */
async function putAnonymous(client: ConsulClient, change: AnonymousChange, call: Call): Promise<void> {
  const anonymous = await readToken(client, anonymousAccessorId, call)
  const attach = change.action === 'attach'
  if (attach === hasAnonymousPolicy(anonymous)) return
  const others = (anonymous.Policies ?? []).filter((policy) => !isAnonymousPolicy(policy))
  await replacePolicies(client, anonymous, attach ? [...others, {Name: change.policyName}] : others, call)
}

/** @returns False where Consul says that the name or id is taken: somebody was faster, or an earlier answer was lost. */
async function unlessTaken(creation: Promise<unknown>): Promise<boolean> {
  try {
    await creation
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}
