/** What a check concludes about one subject, before the severity of the check makes a status of it. */
export interface Verdict extends Details {
  readonly outcome: 'broken' | 'doubtful' | 'excused' | 'holds' | 'unanswered'
}

export interface Details {
  readonly evidence?: readonly string[]
  readonly expected?: string
  readonly fix?: readonly string[]
  readonly found?: string
  /** Waiting does not mend it. */
  readonly lasting?: true
  /** Seconds may end it. */
  readonly settling?: true
}

/** The fact is true. */
export function holds(found?: string): Verdict {
  return {outcome: 'holds', ...(found === undefined ? {} : {found})}
}

/** The fact is not true: a failure or a warning, as the severity says. */
export function broken(details: Details & {readonly found: string}): Verdict {
  return {...details, outcome: 'broken'}
}

/** True, but not for long or not everywhere: a warning, whatever the severity. */
export function doubtful(details: Details & {readonly found: string}): Verdict {
  return {...details, outcome: 'doubtful'}
}

/** The question could not be asked. */
export function unanswered(reason: string): Verdict {
  return {found: reason, outcome: 'unanswered'}
}

/** The question has no answer here, and nothing has to wait for one: it makes no sense, or others stand for it. */
export function excused(reason: string): Verdict {
  return {found: reason, outcome: 'excused'}
}
