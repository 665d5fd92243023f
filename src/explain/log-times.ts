/** How a line says its time: as Consul and Envoy write it, or as syslog and journalctl begin a line, without a year. */
export type TimeKind = 'iso' | 'syslog'

/** The times that one line has, as they stand in it, to the second. */
export type LineTimes = Readonly<Partial<Record<TimeKind, string>>>

/** A time of a log, and where it stands in it. */
export interface Moment {
  /** Milliseconds, for comparison with others of its kind in the same log. */
  readonly at: number
  /** As the log has it. */
  readonly time: string
}

/** The first and the last time. */
export interface Span {
  readonly first: Moment
  readonly last: Moment
}

/** A moment of each kind that is known. */
export type Moments = Readonly<Partial<Record<TimeKind, Moment>>>
/** A span of each kind that is known. */
export type Spans = Readonly<Partial<Record<TimeKind, Span>>>

/** A leap year, such that the 29th of February is a day. */
const leapYear = 2000
const yearMs = 366 * 86_400_000

/** @returns When a line was written that comes after one of `before`: by a time that it lacks it is of the same moment. */
export function momentsOf({iso, syslog}: LineTimes, before: Moments): Moments {
  return {
    ...before,
    ...(iso === undefined ? {} : momentOf('iso', iso, Date.parse(iso))),
    ...(syslog === undefined ? {} : momentOf('syslog', syslog, closestTo(syslog, before.syslog?.at))),
  }
}

/** Nothing where the time is none, such as of a 99th day. */
function momentOf(kind: TimeKind, time: string, at: number): Moments {
  return Number.isNaN(at) ? {} : {[kind]: {at, time}}
}

/** Without a year it is the one in which the least time lies between this line and the one before: December is followed by January. */
function closestTo(time: string, before: number | undefined): number {
  const at = Date.parse(`${leapYear} ${time}`)
  return before === undefined ? at : at + Math.round((before - at) / yearMs) * yearMs
}

/** @returns The spans with the moments in them. */
export function widened({iso, syslog}: Spans, moments: Moments): Spans {
  return {
    ...(moments.iso ? {iso: spanWith(iso, moments.iso)} : {}),
    ...(moments.syslog ? {syslog: spanWith(syslog, moments.syslog)} : {}),
  }
}

function spanWith(span: Span | undefined, moment: Moment): Span {
  if (!span) return {first: moment, last: moment}
  return {
    first: moment.at < span.first.at ? moment : span.first,
    last: moment.at > span.last.at ? moment : span.last,
  }
}

/** How many lines of a log have a time, and how many one of each kind. */
export type Dated = Readonly<Record<TimeKind | 'lines', number>>

/** The same with one line more. */
export function counted(dated: Dated, {iso, syslog}: LineTimes): Dated {
  return {
    iso: dated.iso + (iso === undefined ? 0 : 1),
    lines: dated.lines + (iso === undefined && syslog === undefined ? 0 : 1),
    syslog: dated.syslog + (syslog === undefined ? 0 : 1),
  }
}

/** @returns The kind of time by which the lines of a log can be compared: the one that all have; where there is none the one that has a year. */
export function kindOf({iso, lines, syslog}: Dated): TimeKind {
  return iso < lines && syslog === lines ? 'syslog' : 'iso'
}
