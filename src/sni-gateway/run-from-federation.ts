import {openClient, type Credentials} from '../consul/access.js'
import type {Federation, Gateway} from '../federation/model.js'
import {agentBeside, datacenterOf} from '../federation/selectors.js'
import type {Ports} from '../system/ports.js'
import type {Counters} from './counters.js'
import {eventLog} from './events.js'
import {runSniGateway} from './run.js'
import {parseStatusAddress} from './status-page.js'

export interface RunFromFederationOptions {
  /** Address on which it listens instead of its LAN address, such as `0.0.0.0`. */
  readonly bind?: string | undefined
  /** Seconds that open connections get when the gateway is stopped. */
  readonly drainSeconds: number
  /** Whether it has a route for a server name at all. Default: for every name that Consul knows. */
  readonly passes?: (name: string) => boolean
  readonly secrets: Credentials['secrets']
  /** `host:port` for the status, on a loopback address. */
  readonly status?: string | undefined
}

/**
 * Runs a gateway of the federation file on its LAN address or that of `bind`, with routes from the agent beside it, until Ctrl-C or SIGTERM. It tells on stderr what it does.
 * @throws FedctlError `port.in-use`, `gateway.failed`, or `usage` for an unusable status address.
 */
export async function runFromFederation(
  federation: Federation,
  gateway: Gateway,
  ports: Ports,
  {bind, drainSeconds, passes, secrets, status}: RunFromFederationOptions,
): Promise<Counters> {
  const {clock, env, signal} = ports
  const page = status === undefined ? {} : {status: parseStatusAddress(status)}
  const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
  const client = await openClient(agent.api, {env, roles: ['gateway', 'management'], secrets})
  ports.talk(
    `gateway ${gateway.id}: passes TLS on by its server name. For labs and tests; in production run Envoy (fedctl gateway render)`,
  )
  try {
    return await runSniGateway({
      ...page,
      ...(passes === undefined ? {} : {passes}),
      client,
      clock,
      datacenter: gateway.datacenter,
      domain: federation.domain,
      drainMs: drainSeconds * 1000,
      gateway: gateway.id,
      host: bind ?? gateway.address,
      port: gateway.port,
      report: eventLog((line) => ports.talk(line), clock),
      signal,
    })
  } finally {
    await client.close()
  }
}
