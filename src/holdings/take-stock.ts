import {hiddenSecret} from '../acl/endpoints.js'
import {isAclOff} from '../acl/refusals.js'
import {type AclServer, onFirstReachable} from '../acl/servers.js'
import {gossipKeyOf} from '../config/gossip-key.js'
import {aclPolicies, localKeyring} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import type {Observer} from '../observe/observer.js'
import type {Holdings} from './holdings.js'
import {requireOwnToken, tokenProblem} from './own-token.js'
import {readHoldings} from './read-holdings.js'

export interface Stock {
  readonly own: Holdings
  readonly primary: Holdings
}

export interface StockOptions {
  readonly datacenter: Datacenter
  readonly federation: Federation
  /** Whether the move has begun: CA and gossip key were found alike then, and a keyring is not told while a server is away. */
  readonly hasBegun: boolean
  readonly observer: Observer
  /** Servers of the datacenter, with a token that its own ACLs know. */
  readonly own: readonly AclServer[]
  readonly primary: readonly AclServer[]
  /** Takes a line about what could not be seen. */
  readonly say: (line: string) => void
  readonly secrets: Secrets
  readonly signal: AbortSignal
}

/**
 * What a datacenter on its own and the primary hold, once it is clear that the one can become a secondary of the other. Nothing is changed.
 * @throws FedctlError `token.missing` where its ACLs do not know the token, or do not show everything to it; `runbook.step-failed` where ACLs, CA or gossip
 * key keep it from becoming a secondary as it is.
 */
export async function takeStock(options: StockOptions): Promise<Stock> {
  const {datacenter, federation, hasBegun, own, primary, signal} = options
  const acl = federation.acl.enabled
  await onFirstReachable(own, (client) => requireToken(client, options), signal)
  if (!hasBegun) {
    await requireSameCa(options)
    await requireSameGossipKey(options)
  }
  const read = (servers: readonly AclServer[], version: string) =>
    onFirstReachable(servers, (client) => readHoldings(client, {acl, signal, version}), signal)
  const stock = {
    own: await read(own, datacenter.consul),
    primary: await read(primary, primaryOf(federation).consul),
  }
  const hidden = (['own', 'primary'] as const).find((side) =>
    stock[side].tokens.some(({SecretID}) => SecretID === hiddenSecret),
  )
  if (hidden)
    throw tokenProblem(
      'may not see secrets of tokens (acl = "write")',
      hidden === 'own' ? datacenter.name : federation.primary,
    )
  return stock
}

async function requireToken(
  client: ConsulClient,
  {datacenter: {name}, federation, signal}: StockOptions,
): Promise<void> {
  await (federation.acl.enabled ? requireOwnToken : requireNoAcl)(client, name, signal)
}

/** Turning ACLs on or off is a move of its own. */
async function requireNoAcl(client: ConsulClient, name: string, signal: AbortSignal): Promise<void> {
  try {
    await aclPolicies(client, {signal})
  } catch (error) {
    if (isAclOff(error)) return
    if (!(error instanceof RequestError) || error.kind !== 'forbidden') throw error
  }
  throw notAlike(`${name} runs with ACLs, and the federation file has them off`, [
    'set acl.enabled: true in the federation file, or turn the ACLs of that datacenter off first',
  ])
}

/** No token is needed for what a server presents on its RPC port. */
async function requireSameCa({datacenter, federation, observer, say}: StockOptions): Promise<void> {
  if (!federation.tls.enabled) return
  const {servers} = await observer.observe(['certificates-on-wire'], {datacenters: [datacenter.name]})
  for (const {id} of datacenter.servers) {
    const seen = servers[id]?.certificateOnWire
    if (!seen?.ok || seen.value.verifiedByCa === undefined) {
      const reason = seen?.ok === false ? `: ${seen.failure.message}` : ''
      say(
        `the certificate of ${id} was not seen, and whether it is issued under ${federation.tls.caFile} is not known${reason}`,
      )
      continue
    }
    if (seen.value.verifiedByCa) continue
    const message = `the certificate of ${id} is issued by ${seen.value.issuer}, and not under ${federation.tls.caFile}`
    throw notAlike(message, [
      `have all servers trust both CAs first: put the certificate of the other CA below that in ${federation.tls.caFile}, and its into the CA file of ${datacenter.name}`,
      `or issue certificates of the CA of the federation for ${datacenter.name}, and restart its agents with them`,
    ])
  }
}

async function requireSameGossipKey({
  datacenter: {name},
  federation,
  own,
  secrets,
  signal,
}: StockOptions): Promise<void> {
  const encrypted = federation.gossip.encryption
  const key = encrypted
    ? await gossipKeyOf(federation, {gossipKey: () => Promise.resolve(secrets.knownGossipKey() ?? '')})
    : ''
  const used = await onFirstReachable(own, (client) => primaryKeys(client, signal), signal)
  if (!encrypted && used.length === 0) return
  if (encrypted && used.length > 0 && used.every((one) => one === key)) return
  const message =
    used.length === 0
      ? `gossip in ${name} is not encrypted, and in the federation it is`
      : encrypted
        ? `${name} encrypts gossip with another key than the federation`
        : `gossip in ${name} is encrypted, and in the federation it is not`
  throw notAlike(message, [
    `give ${name} the key of the federation first: consul keyring -install KEY, and once every agent has it, consul keyring -use KEY, then consul keyring -remove for every other key`,
  ])
}

/** Keys with which the LAN pool encrypts. An agent without encryption answers 500 "keyring is empty" (Consul agent/consul/internal_endpoint.go, 1.8–1.21). */
async function primaryKeys(client: ConsulClient, signal: AbortSignal): Promise<string[]> {
  try {
    const rings = await localKeyring(client, {signal})
    return [...new Set(rings.flatMap(({Keys, PrimaryKeys}) => Object.keys(PrimaryKeys ?? Keys)))]
  } catch (error) {
    if (error instanceof RequestError && /keyring is empty|no keyring/i.test(error.body)) return []
    throw error
  }
}

function notAlike(message: string, suggestions: string[]): FedctlError {
  return new FedctlError('runbook.step-failed', message, {
    suggestions: [...suggestions, 'then run the same command again; nothing was changed'],
  })
}
