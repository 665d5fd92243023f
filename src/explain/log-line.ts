import type {LineTimes} from './log-times.js'

/** What a line of a log says of itself, apart from its text. */
export interface LogLine {
  /** A warning, an error, or worse; a line without a level counts as such where it speaks of a failure. */
  readonly isLoud: boolean
  /** The text without time and level. */
  readonly text: string
  readonly times: LineTimes
}

/** Where it stands in lines of Consul, Envoy and journalctl. Characters. */
const farthestTime = 200
/** Consul writes ISO 8601, Envoy the same with a space; the rest is how syslog and journalctl begin a line. */
const isoTime = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/
const syslogTime = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/

const levelMark = /\[(TRACE|DEBUG|INFO|WARN|WARNING|ERR|ERROR|CRITICAL|FATAL)\]|"@?level": ?"(\w+)"/i
const quietLevel = /^(?:trace|debug|info)$/i
/** How Consul begins an error of several lines; what is wrong stands in the lines below. */
const onlyBegins = /^[|\s]*(?:error=|\d+ errors? occurred:)?"?$/
const ofFailure = /\b(?:error|fail(?:ed|ure)?|fatal|panic|refus(?:ed|ing)|denied|cannot|unable)\b/i

/** @returns The parts of one line of Consul, Envoy, fedctl or journalctl; what is not recognised is all text. */
export function readLogLine(line: string): LogLine {
  const head = line.slice(0, farthestTime)
  const iso = isoTime.exec(head)?.[0]
  const syslog = syslogTime.exec(head)?.[0]
  const mark = levelMark.exec(head)
  const level = mark?.[1] ?? mark?.[2]
  const text = line.startsWith('{')
    ? line.trim()
    : withoutHead(line, mark && mark[1] !== undefined ? mark[0] : (iso ?? syslog))
  const isLoud = level === undefined ? ofFailure.test(text) && !onlyBegins.test(text) : !quietLevel.test(level)
  const times = {...(iso === undefined ? {} : {iso: toTheSecond(iso)}), ...(syslog === undefined ? {} : {syslog})}
  return {isLoud, text, times}
}

function withoutHead(line: string, end: string | undefined): string {
  return (end === undefined ? line : line.slice(line.indexOf(end) + end.length)).trim()
}

function toTheSecond(time: string): string {
  return time.replace(/[.,]\d+/, '')
}
