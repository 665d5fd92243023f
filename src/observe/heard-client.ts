import {ConsulClient, type ConsulResponse, type RequestOptions} from '../consul/client.js'
import type {TakeTurn} from './turns.js'

/** Puts one question through another client, each request of it in its turn, and keeps what the headers of its answers said. */
export class HeardClient extends ConsulClient {
  /** Of the first answer. */
  date: Date | undefined
  /** Whether Consul left entries out of an answer. */
  filtered = false
  /** The last request, such as `GET http://127.0.0.1:8500/v1/agent/self`. */
  where = ''

  constructor(
    private readonly inner: ConsulClient,
    private readonly turn: TakeTurn,
  ) {
    super(inner.access)
  }

  override async send(path: string, options: RequestOptions = {}): Promise<ConsulResponse> {
    this.where = `${options.method ?? 'GET'} ${this.access.url}${path}`
    const response = await this.turn(() => this.inner.send(path, options))
    this.date ??= response.date
    this.filtered ||= response.filtered
    return response
  }
}
