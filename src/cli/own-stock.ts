import {tokenWithSecret} from '../acl/access-check.js'
import {desiredPolicies} from '../acl/desired.js'
import {type AclServer, onFirstReachable} from '../acl/servers.js'
import type {ConsulClient} from '../consul/client.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import {isAsExported} from '../holdings/as-exported.js'
import {compareHoldings, withDesired} from '../holdings/compare.js'
import {asMade, withoutMadeKnown} from '../holdings/earlier-export.js'
import {type Export, latestExport, writeExport} from '../holdings/export.js'
import type {Holdings} from '../holdings/holdings.js'
import {readHoldings} from '../holdings/read-holdings.js'
import {type Stock, takeStock} from '../holdings/take-stock.js'
import type {Comparison} from '../holdings/thing.js'
import {openObserver} from '../observe/observer.js'
import type {Ports} from '../system/ports.js'

export interface StockSources {
  readonly acceptDataLoss: boolean
  readonly adopt: boolean
  readonly datacenter: Datacenter
  readonly dryRun: boolean
  readonly federation: Federation
  /** Servers of the datacenter, with a token of its own. */
  readonly own: readonly AclServer[]
  readonly ports: Ports
  readonly primary: readonly AclServer[]
  readonly secrets: Secrets
}

export interface OwnStock {
  /** Whether things are made in the primary: now, or since an earlier run was told so and has begun. */
  readonly adopt: boolean
  readonly comparison: Comparison
  /** Whether an earlier run has begun with the servers of the datacenter. */
  readonly hasBegun: boolean
  /** In a dry run its folder is not written. */
  readonly held: Export
}

/**
 * What a datacenter on its own holds, compared with the primary and exported. Where an earlier run has begun to move it, what was exported then counts, since
 * replication may have replaced it; not where what it alone had is still there.
 * @throws As `takeStock`, and FedctlError `file.unwritable`.
 */
export async function ownStock(sources: StockSources): Promise<OwnStock> {
  const latest = await latestExport(sources.federation, sources.datacenter.name)
  if (latest?.index.state !== 'moving') return exportAnew(await freshHoldings(sources, false), latest, sources)
  const fresh = (await isUntouched(latest, sources)) ? await freshHoldings(sources, true) : undefined
  // Another server may have taken the lead while they were read.
  if (fresh && isAsExported(latest.holdings, fresh.own, fresh.primary)) return exportAnew(fresh, latest, sources)
  const adopt = sources.adopt || latest.index.adopt
  const comparison = compared(latest.holdings, await primaryHoldings(sources), {...sources, adopt}, latest)
  return {adopt, comparison, hasBegun: true, held: latest}
}

async function exportAnew({own, primary}: Stock, latest: Export | undefined, sources: StockSources): Promise<OwnStock> {
  const {acceptDataLoss, datacenter, dryRun, federation, ports} = sources
  const begun = latest?.index.state === 'moving' ? latest : undefined
  const adopt = sources.adopt || (begun?.index.adopt === true && !acceptDataLoss)
  const comparison = compared(own, primary, {...sources, adopt}, latest)
  const description = {
    adopt,
    at: laterThan(latest, ports.clock.now()),
    datacenter: datacenter.name,
    primary: federation.primary,
    // Servers that were changed over already may take the lead at any time.
    state: begun ? ('moving' as const) : ('exported' as const),
    things: adopt ? asMade(comparison.things, latest?.index) : comparison.things,
  }
  const held = dryRun
    ? {folder: '', holdings: own, index: {...description, schemaVersion: 1 as const}}
    : await writeExport(federation, own, description)
  return {adopt, comparison, hasBegun: false, held}
}

/** The latest export is told by its date, also where somebody has put the clock back. */
function laterThan(latest: Export | undefined, now: Date): string {
  const earliest = latest ? Date.parse(latest.index.at) + 1 : 0
  return new Date(Math.max(now.getTime(), earliest)).toISOString()
}

/** A datacenter of which nothing answers, or that does not know its own token any more, may be in the middle of replication. */
async function isUntouched({holdings}: Export, sources: StockSources): Promise<boolean> {
  const {datacenter, federation, own, ports} = sources
  const {signal} = ports
  const acl = federation.acl.enabled
  const read = async (client: ConsulClient) => {
    const secret = client.access.token
    if (acl && !(secret && (await tokenWithSecret(client, secret, {signal})))) return undefined
    return readHoldings(client, {acl, signal, version: datacenter.consul})
  }
  try {
    const now = await onFirstReachable(own, read, signal)
    return now !== undefined && isAsExported(holdings, now, await primaryHoldings(sources))
  } catch (error) {
    if (error instanceof FedctlError && error.code.startsWith('consul.')) return false
    throw error
  }
}

async function freshHoldings(sources: StockSources, hasBegun: boolean): Promise<Stock> {
  const {federation, ports, secrets} = sources
  const observer = openObserver(federation, {env: ports.env, roles: ['verifier', 'management'], secrets}, ports)
  try {
    return await takeStock({...sources, hasBegun, observer, say: ports.talk, signal: ports.signal})
  } finally {
    await observer.close()
  }
}

async function primaryHoldings({federation, ports, primary}: StockSources): Promise<Holdings> {
  const options = {acl: federation.acl.enabled, signal: ports.signal, version: primaryOf(federation).consul}
  return onFirstReachable(primary, (client) => readHoldings(client, options), ports.signal)
}

function compared(
  own: Holdings,
  primary: Holdings,
  {adopt, datacenter, federation, ports}: StockSources,
  earlier: Export | undefined,
): Comparison {
  const {recreations, things} = compareHoldings({
    adopt,
    datacenter: datacenter.name,
    now: ports.clock.now(),
    own,
    primary: withDesired(primary, federation),
  })
  const policies = desiredPolicies(federation).map(({name}) => name)
  return {recreations, things: withoutMadeKnown(things, earlier?.index, policies)}
}
