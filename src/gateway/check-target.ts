import {canonicalAddress, isAddress} from '../federation/fields/address.js'
import {type Endpoint, parseEndpoint, sameEndpoint} from '../federation/fields/endpoint.js'

/** A check as an agent or a catalog shows it. */
interface ShownCheck {
  readonly name: string
  readonly output: string
  readonly status: string
}

/** What checks are compared with. */
export interface CheckedGateway {
  /** Its LAN and its WAN endpoint. */
  readonly own: readonly Endpoint[]
  /** The name of its service. */
  readonly service: string
}

/** A check, and where it asks instead of the gateway. */
export interface StrayCheck<T> {
  readonly check: T
  readonly target: Endpoint
}

/**
 * The critical checks by which fedctl or Envoy asks whether the gateway listens, and that ask where it does not. None where another critical check
 * asks the gateway itself, which then does not listen. Other checks may ask what their makers like.
 */
export function strayChecks<T extends ShownCheck>(
  checks: readonly T[],
  {own, service}: CheckedGateway,
): StrayCheck<T>[] {
  const asking = checks
    .filter(({status}) => status === 'critical')
    .flatMap((check) => {
      const target = checkTarget(check.output)
      return target ? [{check, target}] : []
    })
  if (asking.some(({target}) => isOneOf(own, target))) return []
  return asking.filter(({check}) => isListeningCheck(check.name, service))
}

/** Whether a failing check may be about the gateway itself: it connects to one of these endpoints, or does not tell where. */
export function mayAsk(own: readonly Endpoint[], output: string): boolean {
  const target = checkTarget(output)
  return !target || isOneOf(own, target)
}

/**
 * Where a TCP check that fails connects, as its output tells: "dial tcp 127.0.0.1:8443: connect: connection refused" (Consul
 * agent/checks/check.go CheckTCP, 1.8–1.22). Nothing else tells it: agents leave it out of their answers.
 * @returns Undefined for other checks, for one that has not run yet, and where a name could not be looked up.
 */
function checkTarget(output: string): Endpoint | undefined {
  return parseEndpoint(/^dial tcp[46]? (\S+:\d+): /.exec(output.trim())?.[1] ?? '')
}

/** Addresses of the machine itself, at which a gateway may listen as well. */
const ofThisMachine: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '::', '::1'])

/** Also where a name stands on either side: it may stand for the same address. */
function isOneOf(own: readonly Endpoint[], target: Endpoint): boolean {
  const {host, port} = target
  if (!isAddress(host) || ofThisMachine.has(canonicalAddress(host))) return own.some((other) => other.port === port)
  return own.some((other) => sameEndpoint(other, target) || (other.port === port && !isAddress(other.host)))
}

/** `mesh-gateway listening` of fedctl, `mesh-gateway Listening` of Envoy (Consul command/connect/envoy/envoy.go, 1.8–1.22). */
function isListeningCheck(name: string, service: string): boolean {
  return [`${service} listening`.toLowerCase(), 'mesh-gateway listening', 'mesh gateway listening'].includes(
    name.toLowerCase(),
  )
}
