import type {Resumption} from '../../runbooks/resumption.js'
import {hanging, wrapped} from './plain-text.js'

const most = 4

/**
 * What was done, what is done again and why, and what comes: a few lines for people, before a run that goes on.
 * @param width columns of the terminal, at which lines are broken between words; elsewhere they stay whole.
 */
export function resumptionLines(resumption: Resumption, width = Infinity): string[] {
  return linesOf(resumption).flatMap((line) => {
    const indent = line.startsWith(' ') ? '  ' : ''
    return hanging(indent, wrapped(line, width - indent.length - 2), indent.length + 2)
  })
}

function linesOf({again, done, next, stopped, until}: Resumption): string[] {
  return [
    ...(stopped ? [`going on: the run of ${stopped.user} since ${time(stopped.at)} ${howItEnded(stopped)}`] : []),
    ...(until && done.length > 0
      ? [`  done before (${until.user}, until ${time(until.at)}), and looked at again: ${list(done)}`]
      : []),
    ...again
      .slice(0, most)
      .map(({at, change}) => `  done again where needed: ${change} (announced ${time(at)}, and no result noted)`),
    ...(again.length > most ? [`  and ${again.length - most} more changes without a noted result`] : []),
    ...(next.length > 0 ? [`  to come: ${list(next)}`] : []),
  ]
}

function howItEnded({reason}: NonNullable<Resumption['stopped']>): string {
  if (reason === undefined) return 'was killed'
  return reason.startsWith('cancelled') ? 'was cancelled' : `failed (${reason})`
}

function list(titles: readonly string[]): string {
  const shown = titles.slice(0, most).join('; ')
  return titles.length > most ? `${shown}; and ${titles.length - most} more` : shown
}

/** To the second. */
function time(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z')
}
