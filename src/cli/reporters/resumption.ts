import type {Resumption} from '../../runbooks/resumption.js'

const most = 4

/** What was done, what is done again and why, and what comes: a few lines for people, before a run that goes on. */
export function resumptionLines({again, done, next, stopped, until}: Resumption): string[] {
  return [
    ...(stopped ? [`going on: the run of ${stopped.user} since ${time(stopped.at)} ${howItEnded(stopped)}`] : []),
    ...(until && done.length > 0
      ? [`  done before (${until.user}, until ${time(until.at)}), and looked at again: ${list(done)}`]
      : []),
    ...again.map(({at, change}) => `  done again where needed: ${change} (announced ${time(at)}, and no result noted)`),
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
