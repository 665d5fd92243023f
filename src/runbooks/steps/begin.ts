import {desiredPolicies} from '../../acl/desired.js'
import {onFirstReachable} from '../../acl/servers.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {changedSince} from '../../holdings/changed-since.js'
import {noteMove} from '../../holdings/export.js'
import {readHoldings} from '../../holdings/read-holdings.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {OwnMove} from '../own-move.js'
import type {Step} from '../step.js'

const shownChanges = 6

/** From here on the datacenter's own things may vanish: a later run goes on with what was kept. */
export function beginStep(datacenter: Datacenter, move: OwnMove): Step {
  const {adopt, hasBegun, held} = move
  const {name} = datacenter
  return {
    async changes(context) {
      // Hours may lie between the export and now: a question, and restarts in the primary.
      if (!hasBegun && !context.isDryRun) await requireAsExported(datacenter, move, context)
      if (held.index.state !== 'exported' && held.index.adopt === adopt) return []
      return [
        {
          kind: 'note-move',
          summary: `note that the move of ${name} has begun${held.folder === '' ? '' : `, in ${held.folder}`}`,
          write: () => noteMove(held, {adopt, state: 'moving'}),
        },
      ]
    },
    done: [],
    id: 'begin',
    title: `Begin with the servers of ${name}`,
    why: 'from now on what it held counts as it was exported',
    withinMs: 0,
  }
}

/** What is newer than the export would be deleted, and be in no file. */
async function requireAsExported(
  {consul: version, name}: Datacenter,
  {held, own}: OwnMove,
  context: RunbookContext,
): Promise<void> {
  const {federation, ports} = context
  const {signal} = ports
  const acl = federation.acl.enabled
  const now = await onFirstReachable(own, (client) => readHoldings(client, {acl, signal, version}), signal)
  const changed = changedSince(held.holdings, now, {
    policies: desiredPolicies(federation).map((policy) => policy.name),
    tokens: acl ? await accessorsOf(primaryOf(federation), context) : [],
  })
  if (changed.length === 0) return
  const more = changed.length > shownChanges ? `, and ${changed.length - shownChanges} more` : ''
  const message = `${name} has changed since it was exported: ${changed.slice(0, shownChanges).join(', ')}${more}`
  throw new FedctlError('runbook.step-failed', message, {
    suggestions: [`run the same command again: it exports ${name} anew; nothing of it is lost yet`],
  })
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
