import type {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {ApiAccess} from '../federation/model.js'

/** The connection ended before there was an answer. */
const closed = /connection was closed|other side closed|ECONNRESET|EPIPE/i

/** Why the first agent could not be asked, in words about the flags of `fedctl init --from`. */
export function contactFailure(error: RequestError, access: ApiAccess): FedctlError {
  const {body, cause, kind, message, status} = error
  const {certFile, url} = access
  const unreachable = (text: string, ...suggestions: string[]) =>
    new FedctlError('consul.unreachable', text, {cause: error, suggestions})
  const {code = ''} = (cause ?? {}) as {code?: string}
  switch (kind) {
    case 'forbidden':
      return /ACL not found/i.test(body)
        ? refused(`${url} does not know the token`, error, [
            'see whether it is a token of this federation, and in a secondary whether tokens are replicated (or take a token of that datacenter)',
          ])
        : refused(`${url} refuses: ${body}`, error, tokenAdvice)
    case 'tls':
      return unreachable(...tlsFailure(access, `${code} ${message}`))
    case 'timeout':
      return unreachable(
        `${url} does not answer in time`,
        'see whether a firewall is between, or name another server with --from',
      )
    case 'unreachable':
      // With TLS 1.3 the server judges the client certificate after the handshake, and may only end the connection.
      if (url.startsWith('https:') && certFile === undefined && closed.test(message))
        return unreachable(`${url} wants a client certificate, it seems: it ends the connection`, nameCertificate)
      if (closed.test(message)) return notConsul(url, error)
      return unreachable(
        code === 'ECONNREFUSED' ? `nobody listens at ${url}` : `${url} cannot be reached: ${reasonIn(message)}`,
        'see whether the agent runs and whether its client_addr lets others in; on its own machine it is http://127.0.0.1:8500',
      )
    case 'malformed':
    case 'not-found':
      return notConsul(url, error)
    case 'refused':
      if (/HTTP request to an HTTPS server/i.test(body))
        return unreachable(`${url} speaks TLS`, `fedctl init --from ${url.replace(/^http:/, 'https:')} --ca-file CA`)
      if (status !== undefined && status < 500) return notConsul(url, error)
      return refused(`${url} answers ${String(status)}: ${body}`, error, [
        'see what the agent says about it in its log: consul monitor -log-level debug',
      ])
  }
}

/** The token may not read what drafting and verification read. */
export function lacksRights(url: string, missing: readonly string[], hasToken: boolean): FedctlError {
  const what = hasToken ? 'the token lacks' : 'ACLs are on and no token was given: missing is'
  return refused(`${url}: ${what} ${missing.join(', ')}`, undefined, tokenAdvice)
}

/** Something answers that is not Consul. */
export function notConsul(url: string, cause?: unknown): FedctlError {
  return new FedctlError('consul.unreachable', `${url} answers, and is not the HTTP API of a Consul agent`, {
    cause,
    suggestions: ['name the HTTP port of an agent (8500, or 8501 over https), without a proxy before it'],
  })
}

const nameCertificate = 'name one that the CA of the agents has signed, with --client-cert and --client-key'

const tokenAdvice = [
  'set CONSUL_HTTP_TOKEN, or name a file with --token-file',
  'rules that are enough: operator = "read" agent_prefix "" { policy = "read" } node_prefix "" { policy = "read" } service_prefix "" { policy = "read" }',
]

/** What the system said, without the request before it. */
function reasonIn(message: string): string {
  return message.replace(/^(?:GET|POST) \S+: /, '')
}

function tlsFailure({caFile, certFile, url}: ApiAccess, text: string): [string, ...string[]] {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO.*wrong version/i.test(text))
    return [`${url} does not speak TLS`, `fedctl init --from ${url.replace(/^https:/, 'http:')}`]
  if (
    /certificate required|CERTIFICATE_REQUIRED|bad certificate|BAD_CERTIFICATE|handshake failure|HANDSHAKE_FAILURE/i.test(
      text,
    )
  )
    return certFile === undefined
      ? [`${url} wants a client certificate`, nameCertificate]
      : [`${url} does not accept the client certificate ${certFile}`, 'take one that the same authority has signed']
  if (/ALTNAME/i.test(text))
    return [
      `the certificate of ${url} is for another name: ${reasonIn(text.replace(/^\S+ /, ''))}`,
      'name it with --tls-server-name, such as server.dc1.consul',
    ]
  if (/EXPIRED/.test(text)) return [`the certificate of ${url} has expired`, 'renew it, or name another server']
  return [
    `the certificate of ${url} is not signed by ${caFile ?? 'an authority that this machine knows'}`,
    'name the CA of the agents with --ca-file; consul tls ca create writes it as consul-agent-ca.pem',
  ]
}

function refused(message: string, cause: unknown, suggestions: readonly string[]): FedctlError {
  return new FedctlError('consul.refused', message, {cause, suggestions: [...suggestions]})
}
