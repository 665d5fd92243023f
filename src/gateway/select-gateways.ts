import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation, Gateway} from '../federation/model.js'
import {datacenterOf, gatewaysOf} from '../federation/selectors.js'

export interface GatewaySelection {
  /** Name of a datacenter. */
  readonly dc?: string | undefined
  /** `<datacenter>/<name>`, or the name alone. */
  readonly gateway?: string | undefined
}

/** The gateways that are meant, all of them where nothing is said. @throws FedctlError `usage` where there is none like that. */
export function selectGateways(federation: Federation, {dc, gateway}: GatewaySelection): Gateway[] {
  const candidates = dc === undefined ? gatewaysOf(federation) : [...datacenterOf(federation, dc).gateways]
  if (gateway === undefined) return candidates
  const found = candidates.filter(({id, name}) => gateway === id || gateway === name)
  if (found.length > 0) return found
  const where = dc === undefined ? federation.file : `${dc} in ${federation.file}`
  throw new FedctlError('usage', `no gateway is named ${JSON.stringify(gateway)} in ${where}`, {
    suggestions: candidates.length === 0 ? [] : [`use one of: ${candidates.map(({id}) => id).join(', ')}`],
  })
}

/** The one gateway that is meant. @throws FedctlError `usage` where there is none, or more than one. */
export function selectGateway(federation: Federation, selection: GatewaySelection): Gateway {
  const [first, ...others] = selectGateways(federation, selection)
  if (first && others.length === 0) return first
  const ids = [first, ...others].flatMap((gateway) => (gateway ? [gateway.id] : []))
  throw new FedctlError('usage', first ? 'more than one gateway is meant' : `${federation.file} has no such gateway`, {
    suggestions:
      ids.length === 0 ? ['add a gateway to the federation file'] : [`name one with --gateway: ${ids.join(', ')}`],
  })
}
