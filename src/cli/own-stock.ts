import {type AclServer, onFirstReachable} from '../acl/servers.js'
import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import {isAsExported} from '../holdings/as-exported.js'
import type {Sides} from '../holdings/compare-rights.js'
import {compareHoldings, withDesired} from '../holdings/compare.js'
import {asMade, withoutMadeKnown} from '../holdings/earlier-export.js'
import {fedctlsPolicies} from '../holdings/fedctls-policies.js'
import {type Export, latestExport, noteMove, writeExport} from '../holdings/export.js'
import type {Holdings} from '../holdings/holdings.js'
import {leadersStanding} from '../holdings/leaders-standing.js'
import {readHoldings} from '../holdings/read-holdings.js'
import {refuseOlderCopies} from '../holdings/older-copies.js'
import type {Standing} from '../holdings/standing.js'
import {type Stock, takeStock} from '../holdings/take-stock.js'
import type {Comparison} from '../holdings/thing.js'
import {type Observer, openObserver} from '../observe/observer.js'
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
  /** Whether somebody has to agree: to the beginning, or to making again in the primary what has gone from there since. */
  readonly needsConsent: boolean
}

/**
 * What a datacenter on its own holds, compared with the primary and exported. Where an earlier run has begun to move it, what was exported then counts, since
 * replication may have replaced it; not where its leader is its own primary still and what it alone had is there.
 * @throws As `takeStock` and `refuseOlderCopies`, and FedctlError `file.unwritable`.
 */
export async function ownStock(sources: StockSources): Promise<OwnStock> {
  const latest = await latestExport(sources.federation, sources.datacenter.name)
  if (latest?.index.state !== 'moving') return exportAnew(await freshHoldings(sources, false), latest, sources)
  const fresh = (await standing(sources)) === 'own' ? await freshHoldings(sources, true) : undefined
  // Another server may have taken the lead while they were read, or before, and have lost it again.
  const isUntouched =
    fresh && (await standing(sources)) !== 'joined' && isAsExported(latest.holdings, fresh.own, fresh.primary)
  if (isUntouched) return exportAnew(fresh, latest, sources)
  const adopt = isToAdopt(sources, latest)
  const comparison = compared(latest.holdings, await primaryHoldings(sources), {...sources, adopt}, latest)
  const needsConsent = adopt && comparison.recreations.length > 0
  return {adopt, comparison, hasBegun: true, held: latest, needsConsent}
}

async function exportAnew({own, primary}: Stock, latest: Export | undefined, sources: StockSources): Promise<OwnStock> {
  const {datacenter, dryRun, federation, ports} = sources
  const begun = latest?.index.state === 'moving' ? latest : undefined
  const adopt = isToAdopt(sources, begun)
  const comparison = compared(own, primary, {...sources, adopt}, latest)
  refuseOlderCopies(comparison.things, sidesOf(own, primary, {...sources, adopt}), latest)
  const description = {
    adopt,
    at: laterThan(latest, ports.clock.now()),
    datacenter: datacenter.name,
    primary: federation.primary,
    // Servers that were changed over already may take the lead at any time.
    state: begun ? ('moving' as const) : ('exported' as const),
    things: adopt ? asMade(comparison.things, latest?.index) : comparison.things,
  }
  if (dryRun) {
    const held = {folder: '', holdings: own, index: {...description, schemaVersion: 1 as const}}
    return {adopt, comparison, hasBegun: false, held, needsConsent: true}
  }
  const held = await writeExport(federation, own, description)
  // Only one counts as that of the move, also where somebody puts this one away.
  if (begun) await noteMove(begun, {state: 'exported'})
  return {adopt, comparison, hasBegun: false, held, needsConsent: true}
}

/** What an earlier run was told counts until somebody says the opposite. */
function isToAdopt({acceptDataLoss, adopt}: StockSources, begun: Export | undefined): boolean {
  return adopt || (begun?.index.adopt === true && !acceptDataLoss)
}

/** The latest export is told by its date, also where somebody has put the clock back. */
function laterThan(latest: Export | undefined, now: Date): string {
  const earliest = latest ? Date.parse(latest.index.at) + 1 : 0
  return new Date(Math.max(now.getTime(), earliest)).toISOString()
}

/** No token is needed for it where the datacenter has ACLs, so that an unknown one is not taken for the work of replication. */
async function standing(sources: StockSources): Promise<Standing> {
  return withObserver(sources, (observer) => leadersStanding(sources.datacenter, {...sources, observer}))
}

async function freshHoldings(sources: StockSources, hasBegun: boolean): Promise<Stock> {
  const {ports} = sources
  return withObserver(sources, (observer) =>
    takeStock({...sources, hasBegun, observer, say: ports.talk, signal: ports.signal}),
  )
}

async function withObserver<T>(
  {federation, ports, secrets}: StockSources,
  work: (observer: Observer) => Promise<T>,
): Promise<T> {
  const observer = openObserver(federation, {env: ports.env, roles: ['verifier', 'management'], secrets}, ports)
  try {
    return await work(observer)
  } finally {
    await observer.close()
  }
}

async function primaryHoldings({federation, ports, primary}: StockSources): Promise<Holdings> {
  const options = {acl: federation.acl.enabled, signal: ports.signal, version: primaryOf(federation).consul}
  return onFirstReachable(primary, (client) => readHoldings(client, options), ports.signal)
}

function compared(own: Holdings, primary: Holdings, sources: StockSources, earlier: Export | undefined): Comparison {
  const {recreations, things} = compareHoldings(sidesOf(own, primary, sources))
  return {recreations, things: withoutMadeKnown(things, earlier?.index, fedctlsPolicies(sources.federation))}
}

function sidesOf(own: Holdings, primary: Holdings, {adopt, datacenter, federation, ports}: StockSources): Sides {
  return {
    adopt,
    datacenter: datacenter.name,
    fedctlsPolicies: fedctlsPolicies(federation),
    now: ports.clock.now(),
    own,
    primary: withDesired(primary, federation),
  }
}
