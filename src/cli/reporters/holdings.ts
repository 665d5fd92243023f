import {type Account, type Accounted, kindsOfThings, type Outcome} from '../../holdings/account.js'
import {survivingLinks} from '../../holdings/surviving-links.js'
import type {Thing, What} from '../../holdings/thing.js'
import type {OwnStock} from '../own-stock.js'
import {type Column, table} from '../table.js'

interface Row {
  readonly count: number
  readonly names: string
  readonly what: What
  readonly words: string
}

const shownNames = 6

/** What a datacenter would lose, grouped by kind and by what becomes of it, then the conflicts one by one. */
export function atStakeText(
  stock: Pick<OwnStock, 'adopt' | 'comparison' | 'hasBegun' | 'held'>,
  datacenter: string,
): string {
  const {comparison, hasBegun, held} = stock
  const {things} = comparison
  const ordered = (['recreate', 'equal', 'conflict', 'replaced', 'stays'] as const).flatMap((fate) =>
    things.filter((thing) => thing.fate === fate).map((thing) => ({thing, words: fateWords(thing, stock)})),
  )
  const rows = kindsOfThings.flatMap((what): Row[] => {
    const some = ordered.filter(({thing}) => thing.what === what)
    return [...new Set(some.map(({words}) => words))].map((words) => {
      const alike = some.filter((one) => one.words === words).map(({thing}) => thing)
      return {count: alike.length, names: namesOf(alike), what, words}
    })
  })
  const columns: Column<Row>[] = [
    {cell: ({what}) => what, head: 'what'},
    {cell: ({count}) => String(count), head: 'count'},
    {cell: ({words}) => words, head: 'what happens'},
    {cell: ({names}) => names, head: 'names'},
  ]
  const {keys, queries, services} = held.holdings
  const begun = `an earlier run has begun to move ${datacenter}; this is what it held before`
  return [
    hasBegun ? begun : `${datacenter} runs on its own`,
    '',
    table(columns, rows),
    '',
    `${keys ?? 'all'} KV keys, ${services.length} services and ${queries} prepared queries stay as they are`,
    ...(hasBegun
      ? []
      : [
          `until the last server of ${datacenter} has been restarted, leave policies, roles, tokens, intentions and config entries there as they are`,
        ]),
    ...conflictLines(things),
    ...(held.folder === '' ? [] : [`all of it is in ${held.folder}`]),
  ].join('\n')
}

/** What became of everything, as numbers, and by name what is gone. */
export function accountText({belongings, things}: Account, folder: string): string {
  const outcomes = ['recreated', 'equal', 'stayed', 'replaced', 'lost'] as const
  const count = (what: What, outcome?: Outcome) =>
    things.filter((thing) => thing.what === what && (outcome === undefined || thing.outcome === outcome)).length
  const columns: Column<What>[] = [
    {cell: (what) => what, head: 'what'},
    {cell: (what) => String(count(what)), head: 'before'},
    ...outcomes.map((outcome) => ({cell: (what: What) => String(count(what, outcome)), head: outcome})),
  ]
  const kinds = kindsOfThings.filter((what) => count(what) > 0)
  return [
    table(columns, kinds),
    '',
    ...belongings.map(({after, before, gone, what}) => {
      const names = gone.length > 0 ? `, without ${gone.join(', ')}` : ''
      return `${what}: ${before} before, ${after} now${names}`
    }),
    ...lostLines(things, folder),
    ...lessLines(things),
  ].join('\n')
}

function lostLines(things: readonly Accounted[], folder: string): string[] {
  const lost = things.filter(({outcome}) => outcome === 'lost')
  if (lost.length === 0) return []
  return [
    '',
    `not there any more, or as the primary has it; as it was in ${folder}:`,
    ...lost.map((thing) => `  ${lineOf(thing)}`),
  ]
}

/** What is still there, and does not give what it gave. */
function lessLines(things: readonly Accounted[]): string[] {
  const less = things.filter(({outcome, reason}) => outcome === 'stayed' && reason !== undefined && !isBuiltIn(reason))
  return less.length === 0 ? [] : ['', 'stayed, and not quite as before:', ...less.map((thing) => `  ${lineOf(thing)}`)]
}

function conflictLines(things: readonly Thing[]): string[] {
  const conflicts = things.filter(
    ({fate, reason}) => fate === 'conflict' || (fate === 'stays' && reason && !isBuiltIn(reason)),
  )
  return conflicts.length === 0 ? [] : ['', 'conflicts:', ...conflicts.map((thing) => `  ${lineOf(thing)}`), '']
}

function isBuiltIn(reason: string): boolean {
  return reason === 'it is built into Consul'
}

function lineOf({name, reason, what}: Thing): string {
  return `${what} ${name}${reason === undefined ? '' : `: ${reason}`}`
}

function namesOf(things: readonly Thing[]): string {
  const names = things.slice(0, shownNames).map(({name}) => name)
  const more = things.length - names.length
  return [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

const countsEverywhere = new Set<What>(['config entry', 'intention'])

function fateWords({fate, key, what}: Thing, {adopt, held}: Pick<OwnStock, 'adopt' | 'held'>): string {
  switch (fate) {
    case 'conflict':
      return 'is lost: conflict'
    case 'equal':
      return 'the primary has the same'
    case 'recreate':
      return `${adopt ? 'is made in the primary' : 'is lost; --adopt makes it in the primary'}${countsEverywhere.has(what) ? ', for every datacenter' : ''}`
    case 'replaced':
      return what === 'Connect root' ? 'is replaced by that of the primary' : 'is of fedctl, which makes its own'
    case 'stays':
      return isLinkedAnew(key, {adopt, held}) ? 'stays, to be linked anew' : 'stays'
  }
}

/** Whether a local token is one whose links to policies and roles are to be made again. */
function isLinkedAnew(accessor: string, {adopt, held}: Pick<OwnStock, 'adopt' | 'held'>): boolean {
  const token = held.holdings.tokens.find(({AccessorID, Local}) => Local && AccessorID === accessor)
  if (!token) return false
  const {policies, roles} = survivingLinks(token, {adopt, held})
  return policies.length + roles.length > 0
}
