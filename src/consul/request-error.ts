import {FedctlError} from '../errors/fedctl-error.js'

/**
 * Why a request to Consul's HTTP API got no usable answer.
 * `forbidden`: 403. `not-found`: 404. `refused`: every other status; `body` is Consul's text.
 * `tls`: the certificate or the handshake. `malformed`: nothing of Consul's: a redirect, an HTML page, no JSON, or JSON of another shape.
 */
export type RequestErrorKind = 'forbidden' | 'malformed' | 'not-found' | 'refused' | 'timeout' | 'tls' | 'unreachable'

export class RequestError extends FedctlError {
  readonly body: string
  readonly kind: RequestErrorKind
  readonly status: number | undefined

  constructor(
    kind: RequestErrorKind,
    message: string,
    details: {body?: string; cause?: unknown; status?: number} = {},
  ) {
    const answered = kind === 'forbidden' || kind === 'not-found' || kind === 'refused'
    super(answered ? 'consul.refused' : 'consul.unreachable', message, {
      cause: details.cause,
      suggestions: suggestionsFor(kind),
    })
    this.name = 'RequestError'
    this.kind = kind
    this.body = details.body ?? ''
    this.status = details.status
  }
}

function suggestionsFor(kind: RequestErrorKind): string[] {
  switch (kind) {
    case 'forbidden':
      return ['use a token that may do this: CONSUL_HTTP_TOKEN_FILE, or api.token in the federation file']
    case 'timeout':
    case 'unreachable':
      return ['see whether the agent runs and listens there, and whether api in the federation file is right']
    case 'tls':
      return ['compare api.ca_file and api.server_name in the federation file with the certificate of that agent']
    case 'malformed':
      return [
        'see whether api in the federation file names the HTTP port of a Consul agent, and not a proxy or another server',
      ]
    case 'not-found':
      return [
        'compare the version of that agent with consul in the federation file, and see whether acl is enabled on both sides',
      ]
    case 'refused':
      return ['see what the agent says about it in its log: consul monitor -log-level debug']
  }
}
