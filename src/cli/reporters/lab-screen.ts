import type {Report} from '../../checks/check.js'
import type {Federation} from '../../federation/model.js'
import type {SuggestionGroup} from '../../lab/suggestions.js'
import {type Colours, coloursFor} from '../colours.js'
import {seconds} from './seconds.js'
import {linesWithin, wrapped} from './plain-text.js'
import {widthOf} from '../terminal-width.js'
import {topologyDrawing} from './topology.js'
import {verifyShort} from './verify-short.js'

const width = 80

export interface LabScreen {
  /** What the run did, as phrases; empty where the lab was up. */
  readonly done: readonly string[]
  readonly federation: Federation
  readonly ms: number
  readonly report: Report
  readonly suggestions: readonly SuggestionGroup[]
}

/** What people see when a lab is up: the picture, what was done, what verification says, and what to type next. */
export function labScreen(
  {done, federation, ms, report, suggestions}: LabScreen,
  colours: Colours = coloursFor(process.stdout),
): string {
  const names = federation.datacenters.map(({name}) => name)
  const subject =
    names.length === 1
      ? `${names[0]} is up`
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are ${wayOf(federation)}`
  const title = report.status === 'fail' ? `${names.join(', ')}: verification failed` : subject
  const summary =
    done.length === 0
      ? `It was up already; verified again in ${seconds(ms)}.`
      : `Done in ${seconds(ms)}: ${done.join(', ')}.`
  return [
    topologyDrawing(federation, report, colours),
    [colours.bold(title), ...wrapped(summary, width)].join('\n'),
    `${colours.bold('Verification')}\n${linesWithin(indented(verifyShort(report)), widthOf(process.stdout)).join('\n')}`,
    ...(report.status === 'fail' ? [] : suggestions.map((group) => groupText(group, colours))),
  ].join('\n\n')
}

function wayOf({via}: Federation): string {
  return via === 'mesh-gateways' ? 'federated through mesh gateways' : 'joined the traditional way, without gateways'
}

function groupText({suggestions, title}: SuggestionGroup, colours: Colours): string {
  const lines = suggestions.flatMap(({command, purpose}) => [colours.dim(`  # ${purpose}`), `  ${command}`])
  return [colours.bold(title), ...lines].join('\n')
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
