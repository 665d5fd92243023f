import type {Pool} from 'undici'

import {Redactor} from '../system/redaction.js'
import type {answerShapes} from './answer-shapes.js'
import {exchange, type WholeAnswer} from './exchange.js'
import {RequestError} from './request-error.js'
import {failure, refusal} from './request-failures.js'

/** How to reach one agent's HTTP API; PEM texts, not paths. */
export interface ClientAccess {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** Name to verify in the certificate, where it is not the host of `url`. */
  readonly serverName?: string | undefined
  /** Read for each request. */
  readonly token?: string | undefined
  readonly url: string
}

export interface RequestOptions {
  readonly body?: unknown
  readonly method?: 'DELETE' | 'GET' | 'POST' | 'PUT'
  readonly query?: Readonly<Record<string, string | undefined>>
  /** What `request` makes sure of before the answer is used. */
  readonly shape?: keyof typeof answerShapes
  readonly signal?: AbortSignal
  /** Milliseconds for the whole request. Default 5000. */
  readonly timeoutMs?: number
  /** Replaces the client's own token for this request; an empty one sends none. */
  readonly token?: string
}

export interface ConsulResponse {
  readonly body: unknown
  /** The agent's `Date` header, to the second. */
  readonly date: Date | undefined
  /** Whether Consul left entries out because the token may not read them (X-Consul-Results-Filtered-By-ACLs, since 1.11). */
  readonly filtered: boolean
  /** What a blocking query names to wait for a newer answer (X-Consul-Index). */
  readonly index: number | undefined
}

const connectTimeoutMs = 2000
const requestTimeoutMs = 5000
/** Bytes. All members of a pool of ten thousand are a third of it. */
const largestAnswer = 16 * 1024 * 1024

/** An HTTP client for one Consul agent. Close it, or its sockets keep the process alive for some seconds. */
export class ConsulClient {
  private opened: Promise<Pool> | undefined

  constructor(readonly access: ClientAccess) {}

  /** @returns The parsed JSON of the answer. @throws RequestError. */
  async request<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const {body} = await this.send(path, options)
    if (options.shape !== undefined) {
      const {shapeFault} = await import('./answer-shapes.js')
      const fault = shapeFault(options.shape, body)
      if (fault !== undefined) {
        const message = `${this.whereOf(path, options)}: the answer has another shape than expected (${fault})`
        throw new RequestError('malformed', message)
      }
    }
    return body as T
  }

  /** @returns The parsed answer with what its headers say. @throws RequestError; an aborted `signal` throws its reason. */
  async send(path: string, options: RequestOptions = {}): Promise<ConsulResponse> {
    const where = this.whereOf(path, options)
    const {headers, status, text} = await this.sendWhole(path, where, options)
    if (status >= 300) {
      const said = (part: string) => this.withoutToken(part, options)
      const location = headerOf(headers.location)
      throw refusal(where, status, said(text), location === undefined ? undefined : said(location))
    }
    return {
      body: parseJson(where, text),
      date: dateOf(headers.date),
      filtered: headers['x-consul-results-filtered-by-acls'] === 'true',
      index: indexOf(headers['x-consul-index']),
    }
  }

  async close(): Promise<void> {
    await this.opened?.then(
      (pool) => pool.destroy(),
      () => undefined,
    )
  }

  private async sendWhole(path: string, where: string, options: RequestOptions): Promise<WholeAnswer> {
    const {body, method = 'GET', query, signal, timeoutMs = requestTimeoutMs} = options
    const request = {
      body: body === undefined ? null : JSON.stringify(body),
      headers: this.headers(options),
      method,
      path: `${path}${searchOf(query)}`,
      where,
    }
    try {
      return await exchange(await this.pool(), request, timeoutMs, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw failure(where, error)
    }
  }

  private whereOf(path: string, {method = 'GET'}: RequestOptions): string {
    return `${method} ${this.access.url}${path}`
  }

  private pool(): Promise<Pool> {
    // The whole of the library takes three times as long to load.
    this.opened ??= import('undici/lib/dispatcher/pool.js').then(({default: Pool}) => {
      const {ca, cert, key, serverName, url} = this.access
      return new Pool(new URL(url).origin, {
        // An intermediate in the CA file is trusted as Consul trusts it.
        connect: {allowPartialTrustChain: true, ca, cert, key, servername: serverName, timeout: connectTimeoutMs},
        connections: 16,
        maxResponseSize: largestAnswer,
      })
    })
    return this.opened
  }

  /** Consul, and whatever else answers there, may quote what it was sent. */
  private withoutToken(text: string, options: RequestOptions): string {
    const redactor = new Redactor()
    redactor.add(() => [options.token ?? this.access.token ?? ''])
    return redactor.redact(text)
  }

  private headers(options: RequestOptions): Record<string, string> {
    const token = options.token ?? this.access.token
    return {
      ...(options.body === undefined ? {} : {'content-type': 'application/json'}),
      ...(token ? {'x-consul-token': token} : {}),
    }
  }
}

function searchOf(query: RequestOptions['query'] = {}): string {
  const defined = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return defined.length > 0 ? `?${new URLSearchParams(defined).toString()}` : ''
}

/** An empty body is an answer too: many writes have none. */
function parseJson(where: string, text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError('malformed', `${where}: the answer is not JSON`, {cause: error})
  }
}

function headerOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

function dateOf(header: string | string[] | undefined): Date | undefined {
  const parsed = Date.parse(String(header ?? ''))
  return Number.isNaN(parsed) ? undefined : new Date(parsed)
}

function indexOf(header: string | string[] | undefined): number | undefined {
  const index = Number(header)
  return Number.isSafeInteger(index) && index > 0 ? index : undefined
}
