import {aclPolicies} from '../../consul/api.js'
import type {ConsulClient} from '../../consul/client.js'
import {ifThere} from '../../acl/observed.js'
import {onFirstReachable} from '../../acl/servers.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {sameName} from '../../holdings/grants.js'
import type {HeldToken, Link} from '../../holdings/holdings.js'
import {type LinkNames, survivingLinks} from '../../holdings/surviving-links.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {OwnMove} from '../own-move.js'
import type {Change, Step} from '../step.js'

const replicatedWithinMs = 120_000
const pauseMs = 250

/**
 * Links local tokens to their policies and roles again. They stay, but are linked by id, and the policies and roles of the primary have other ids: those
 * links vanish (Consul agent/consul/state/acl.go, 1.8–1.21).
 */
export function relinkTokensStep(datacenter: Datacenter, move: OwnMove): Step {
  const wanted = move.held.holdings.tokens
    .filter(({Local}) => Local)
    .map((token) => ({names: survivingLinks(token, move), token}))
  const linked = wanted.filter(({names}) => names.policies.length + names.roles.length > 0)
  return {
    async changes(context) {
      if (linked.length === 0) return []
      if (context.isDryRun)
        return [relinking(`link ${linked.length} local tokens of ${datacenter.name} to their policies and roles again`)]
      await untilReplicated(datacenter, context)
      const {signal} = context.ports
      const servers = await aclServersOf(datacenter, context)
      const changes: Change[] = []
      for (const {names, token} of linked) {
        const now = await onFirstReachable(servers, (client) => ifThere(readToken(client, token, signal)), signal)
        if (!now || !lacks(now, names)) continue
        changes.push({
          ...relinking(`link local token ${token.AccessorID} to ${[...names.policies, ...names.roles].join(', ')}`),
          write: () => onFirstReachable(servers, (client) => relink(client, now, names, signal), signal),
        })
      }
      return changes
    },
    done: [],
    id: 'relink-tokens',
    title: `Link the local tokens of ${datacenter.name} to their policies`,
    why: 'local tokens stay, but their policies and roles have come back with other ids',
    withinMs: 0,
  }
}

function relinking(summary: string) {
  return {kind: 'relink-token', summary, write: () => Promise.resolve()} as const
}

function lacks({Policies, Roles}: HeldToken, {policies, roles}: LinkNames): boolean {
  return missing(Policies, policies).length + missing(Roles, roles).length > 0
}

function missing(links: readonly Link[] | null | undefined, names: readonly string[]): string[] {
  return names.filter((name) => !(links ?? []).some(({Name}) => sameName(Name, name)))
}

function readToken(client: ConsulClient, {AccessorID}: HeldToken, signal: AbortSignal): Promise<HeldToken> {
  return client.request<HeldToken>(`/v1/acl/token/${AccessorID}`, {shape: 'token', signal})
}

/** The rest of the token stays as it was read. */
async function relink(client: ConsulClient, token: HeldToken, names: LinkNames, signal: AbortSignal): Promise<void> {
  const added = (links: readonly Link[] | null | undefined, wanted: readonly string[]) => [
    ...(links ?? []),
    ...missing(links, wanted).map((Name) => ({Name})),
  ]
  const {Policies, Roles} = token
  const body = {...token, Policies: added(Policies, names.policies), Roles: added(Roles, names.roles)}
  await client.request(`/v1/acl/token/${token.AccessorID}`, {body, method: 'PUT', signal})
}

/** Until the datacenter has the policies and roles of the primary, with their ids, and no others. @throws FedctlError `runbook.step-failed`. */
async function untilReplicated(datacenter: Datacenter, context: RunbookContext): Promise<void> {
  const {clock, signal} = context.ports
  const deadline = clock.monotonicMs() + replicatedWithinMs
  const sides = [datacenter, primaryOf(context.federation)]
  for (;;) {
    const [here, there] = await Promise.all(sides.map((side) => idsOf(side, context)))
    if (here === there) return
    if (clock.monotonicMs() > deadline) {
      const message = `${datacenter.name} does not have the policies and roles of ${context.federation.primary} after ${replicatedWithinMs / 1000} s`
      throw new FedctlError('runbook.step-failed', message, {
        suggestions: [
          `${context.fedctl('verify')} says more`,
          'run the same command again: it goes on where it stopped',
        ],
      })
    }
    await clock.sleep(pauseMs, signal)
  }
}

async function idsOf(datacenter: Datacenter, context: RunbookContext): Promise<string> {
  const {signal} = context.ports
  const servers = await aclServersOf(datacenter, context)
  const [policies, roles] = await onFirstReachable(
    servers,
    (client) => Promise.all([aclPolicies(client, {signal}), client.request<{ID: string}[]>('/v1/acl/roles', {signal})]),
    signal,
  )
  return [...policies, ...roles]
    .map(({ID}) => ID)
    .sort()
    .join('\n')
}
