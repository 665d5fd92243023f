import {onFirstReachable} from '../../acl/servers.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {type Account, accountFor, type Accounted, type Outcome} from '../../holdings/account.js'
import {noteMove} from '../../holdings/export.js'
import {readHoldings} from '../../holdings/read-holdings.js'
import {aclServersOf} from '../acl-servers.js'
import type {RunbookContext} from '../context.js'
import type {OwnMove} from '../own-move.js'
import type {Step} from '../step.js'

const thereWithinMs = 120_000
const pauseMs = 500

/** Counts what the datacenter held before and holds now, and notes that the move is done. */
export function accountStep(datacenter: Datacenter, move: OwnMove): Step {
  return {
    async changes(context) {
      if (context.isDryRun) return [noting(`count what ${datacenter.name} holds then, each thing`)]
      const account = await settledAccount(datacenter, move, context)
      const missing = account.things.filter(({outcome}) => outcome === 'missing')
      if (missing.length > 0) throw notThere(datacenter, missing, move)
      return [
        {
          ...noting(summaryOf(account)),
          async write() {
            await move.onAccount(account)
            await noteMove(move.held, {adopt: move.adopt, state: 'moved'})
          },
        },
      ]
    },
    done: [],
    id: 'account',
    title: `Count what ${datacenter.name} held and holds`,
    why: 'a move is done when everything is accounted for',
    withinMs: 0,
  }
}

function noting(summary: string) {
  return {kind: 'note-move', summary, write: () => Promise.resolve()} as const
}

/** Replication brings kinds at times of their own. */
async function settledAccount(datacenter: Datacenter, move: OwnMove, context: RunbookContext): Promise<Account> {
  const {clock, signal} = context.ports
  const servers = await aclServersOf(datacenter, context)
  const options = {acl: context.federation.acl.enabled, signal, version: datacenter.consul}
  const deadline = clock.monotonicMs() + thereWithinMs
  for (;;) {
    const after = await onFirstReachable(servers, (client) => readHoldings(client, options), signal)
    const {holdings: before, index} = move.held
    const account = accountFor({adopt: move.adopt, after, before, now: clock.now(), things: index.things})
    const isWhole = account.things.every(({outcome}) => outcome !== 'missing')
    if (isWhole || clock.monotonicMs() > deadline) return account
    await clock.sleep(pauseMs, signal)
  }
}

/** Numbers alone: the journal keeps them. */
function summaryOf({belongings, things}: Account): string {
  const count = (outcome: Outcome) => things.filter((thing) => thing.outcome === outcome).length
  const outcomes = (['recreated', 'equal', 'stayed', 'replaced', 'lost'] as const).map((one) => `${count(one)} ${one}`)
  const kept = belongings.map(({after, before, what}) => `${what} ${before} before, ${after} now`)
  return `of ${things.length} things ${outcomes.join(', ')}; ${kept.join('; ')}`
}

function notThere({name}: Datacenter, missing: readonly Accounted[], {held}: OwnMove): FedctlError {
  const lines = missing.slice(0, 8).map((thing) => `    ${thing.what} ${thing.name}`)
  const more = missing.length > lines.length ? [`    and ${missing.length - lines.length} more`] : []
  const message = [`${name} does not have what it should after ${thereWithinMs / 1000} s:`, ...lines, ...more].join(
    '\n',
  )
  return new FedctlError('runbook.step-failed', message, {
    suggestions: [
      `each of them lies in ${held.folder}; its README.txt says how to make it again`,
      'then run the same command again',
    ],
  })
}
