import type {Federation} from '../federation/model.js'
import {gatewaysOf} from '../federation/selectors.js'

/** Checks on gateways and federation states make sense only where those carry the federation. */
export function throughGateways(model: Federation): string | true {
  return model.via === 'mesh-gateways' || 'the datacenters are joined by traditional WAN gossip (via: wan-gossip)'
}

/** Certificates are there only where the file has TLS on. */
export function withTls(model: Federation): string | true {
  return model.tls.enabled || 'TLS is off in the federation file'
}

/** Tokens are there only where the file has ACLs on. */
export function withAcls(model: Federation): string | true {
  return model.acl.enabled || 'ACLs are off in the federation file'
}

/** Tokens are copied to secondaries only where the file says so. */
export function withTokenReplication({acl}: Federation): string | true {
  return acl.tokenReplication || 'token replication is off in the federation file'
}

/** Nothing crosses datacenters where there is one. */
export function withSecondaries(model: Federation): string | true {
  return model.datacenters.length > 1 || 'there is one datacenter only'
}

/** Envoy is asked where the file says how. */
export function withEnvoyAdmin(model: Federation): string | true {
  const isNamed = gatewaysOf(model).some(({envoyAdmin}) => envoyAdmin !== undefined)
  return isNamed || 'no gateway has envoy_admin in the federation file'
}

/** @returns True where all of them say so, else the first reason. */
export function allOf(...conditions: readonly ((model: Federation) => string | true)[]) {
  return (model: Federation): string | true =>
    conditions.map((condition) => condition(model)).find((result) => result !== true) ?? true
}
