import {stripVTControlCharacters} from 'node:util'

import {RequestError, type RequestErrorKind} from './request-error.js'

const longestText = 500
const html = /^\s*<(?:!doctype|html|\?xml)/i

/** An answer with a status other than 2xx. A redirect and an HTML page are never Consul's own: a proxy, or another server, has answered. */
export function refusal(where: string, status: number, answer: string, location: string | undefined): RequestError {
  const body = answer.trim().slice(0, longestText)
  if (status < 400) {
    const target = location === undefined ? 'nowhere' : oneLine(location.slice(0, longestText))
    return new RequestError('malformed', `${where}: a redirect (${status}) to ${target}, which is not followed`, {
      status,
    })
  }
  if (html.test(answer)) {
    return new RequestError('malformed', `${where}: an HTML page (${status}), which is not Consul's`, {body, status})
  }
  const kind = status === 403 ? 'forbidden' : status === 404 ? 'not-found' : 'refused'
  return new RequestError(kind, `${where}: ${status}${body ? ` ${oneLine(body)}` : ''}`, {body, status})
}

/** What undici or the system says about a request that came to no answer. */
export function failure(where: string, error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const {code = '', name = ''} = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  const message = error instanceof Error ? error.message : String(error)
  return new RequestError(kindOf(code, name, message), `${where}: ${reasons[code] ?? oneLine(message)}`, {cause: error})
}

/** Whether the answer was longer than any that is read whole. */
export function isTooLong(error: unknown): boolean {
  const cause = error instanceof RequestError ? error.cause : undefined
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
}

/** In words of this program, where those of the library say little. */
const reasons: Readonly<Record<string, string>> = {
  ERR_ASSERTION: 'the answer is not HTTP',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is longer or shorter than its header says',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is too long to be one of Consul',
  UND_ERR_SOCKET: 'the connection was closed before the whole answer had come',
}

const timeouts = new Set(['UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])
const notHttp = new Set([
  'ERR_ASSERTION',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
])

function kindOf(code: string, name: string, message: string): RequestErrorKind {
  if (timeouts.has(code)) return 'timeout'
  if (notHttp.has(code) || code.startsWith('HPE_') || name === 'HTTPParserError') return 'malformed'
  const aboutTls =
    code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code === 'EPROTO' || /certificate/i.test(message)
  return aboutTls ? 'tls' : 'unreachable'
}

/** Whoever answers may be anybody: nothing of it moves the cursor of a terminal or begins a line. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
}
