import {desiredPolicies} from '../../acl/desired.js'
import {isMissing} from '../../acl/refusals.js'
import {onFirstReachable} from '../../acl/servers.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {changedSince} from '../../holdings/changed-since.js'
import type {Holdings} from '../../holdings/holdings.js'
import {leadersStanding} from '../../holdings/leaders-standing.js'
import {tokenProblem} from '../../holdings/own-token.js'
import {readHoldings} from '../../holdings/read-holdings.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {OwnMove} from '../own-move.js'
import type {Change} from '../step.js'

const shownChanges = 6

/**
 * Looks once more right before the last of these restarts, that of the leader, from which on the datacenter replicates. An earlier run may have come
 * further, and so may have a server that was changed over and has taken the lead: nothing is compared where the leader replicates already.
 */
export function withLastLook(
  changes: readonly Change[],
  datacenter: Datacenter,
  move: OwnMove,
  context: RunbookContext,
): Change[] {
  const last = changes.findLastIndex(({kind}) => kind === 'restart-agent' || kind === 'start-agent')
  if (last === -1) return [...changes]
  const look: Change = {
    kind: 'look-again',
    summary: `look whether ${datacenter.name} has changed since it was exported`,
    write: () => lookAgain(datacenter, move, context),
  }
  return changes.toSpliced(last, 0, look)
}

async function lookAgain(datacenter: Datacenter, move: OwnMove, context: RunbookContext): Promise<void> {
  const standing = await leadersStanding(datacenter, context)
  if (standing === 'joined') return
  // An earlier run may have stopped all of them, after it had looked.
  if (move.hasBegun && standing !== 'own') return
  const now = await holdingsNow(datacenter, move, context)
  // Another server may have taken the lead while they were read.
  if ((await leadersStanding(datacenter, context)) === 'joined') return
  if (!now) throw tokenProblem('is not known there', datacenter.name)
  await refuseChanges(now, datacenter, move, context)
}

/** @throws FedctlError `runbook.step-failed` with what is newer than the export: it would be deleted, and be in no file. */
export async function requireAsExported(datacenter: Datacenter, move: OwnMove, context: RunbookContext): Promise<void> {
  await refuseChanges(await readOwn(datacenter, move, context), datacenter, move, context)
}

async function refuseChanges(
  now: Holdings,
  {name}: Datacenter,
  {hasBegun, held}: OwnMove,
  context: RunbookContext,
): Promise<void> {
  const {federation} = context
  const made = {
    policies: desiredPolicies(federation).map((policy) => policy.name),
    tokens: federation.acl.enabled ? await accessorsOf(primaryOf(federation), context) : [],
  }
  const changes = changedSince(held.holdings, now, made)
  if (changes.length === 0) return
  // What the primary has alike is not lost, and may come from there.
  const alone = new Set(changedSince(await primaryHoldings(context), now, made))
  // Replication has taken their links where it began, and they are linked anew in the end.
  const linkless = hasBegun ? now.tokens.filter(({Local}) => Local).map(({AccessorID}) => `token ${AccessorID}`) : []
  const changed = changes.filter((change) => alone.has(change) && !linkless.includes(change))
  if (changed.length === 0) return
  const more = changed.length > shownChanges ? `, and ${changed.length - shownChanges} more` : ''
  const message = `${name} has changed since it was exported: ${changed.slice(0, shownChanges).join(', ')}${more}`
  throw new FedctlError('runbook.step-failed', message, {
    suggestions: [
      `run the same command again: it exports ${name} anew, and says what to delete in ${federation.primary} first where that has older copies; nothing of it is lost yet`,
    ],
  })
}

/** Undefined where the datacenter does not know its own token, which it forgets when it replicates. */
async function holdingsNow(
  datacenter: Datacenter,
  move: OwnMove,
  context: RunbookContext,
): Promise<Holdings | undefined> {
  try {
    return await readOwn(datacenter, move, context)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function readOwn(
  {consul: version}: Datacenter,
  {own}: OwnMove,
  {federation, ports}: RunbookContext,
): Promise<Holdings> {
  const {signal} = ports
  return onFirstReachable(own, (client) => readHoldings(client, {acl: federation.acl.enabled, signal, version}), signal)
}

async function primaryHoldings(context: RunbookContext): Promise<Holdings> {
  const {federation, ports} = context
  const {signal} = ports
  const primary = primaryOf(federation)
  return onFirstReachable(
    await aclServersOf(primary, context),
    (client) => readHoldings(client, {acl: federation.acl.enabled, signal, version: primary.consul}),
    signal,
  )
}

async function accessorsOf(datacenter: Datacenter, context: RunbookContext): Promise<string[]> {
  const {signal} = context.ports
  const read = await onFirstReachable(
    await aclServersOf(datacenter, context),
    (client) => client.request<{AccessorID: string}[]>('/v1/acl/tokens', {signal}),
    signal,
  )
  return read.map(({AccessorID}) => AccessorID)
}
