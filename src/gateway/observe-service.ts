import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import type {CatalogService, HealthCheck} from '../consul/types.js'

/** A service as an agent has it. */
export interface RegisteredService {
  readonly checks: readonly HealthCheck[]
  readonly service: CatalogService
}

/**
 * Asks an agent for a service that is registered with it. Needs `service:read`.
 * @returns Undefined where there is none. @throws RequestError for every other answer than these two.
 */
export async function observeService(
  client: ConsulClient,
  id: string,
  signal: AbortSignal,
): Promise<RegisteredService | undefined> {
  try {
    const service = await client.request<CatalogService>(`/v1/agent/service/${encodeURIComponent(id)}`, {
      shape: 'service',
      signal,
    })
    const checks = await client.request<Record<string, HealthCheck>>('/v1/agent/checks', {
      query: {filter: `ServiceID == ${JSON.stringify(id)}`},
      shape: 'checks',
      signal,
    })
    return {checks: Object.values(checks), service}
  } catch (error) {
    if (error instanceof RequestError && error.kind === 'not-found') return undefined
    throw error
  }
}
