import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'

/** @throws FedctlError `usage` where the federation file has ACLs off, so that there is nothing to do to them. */
export function requireAcl(federation: Federation): void {
  if (federation.acl.enabled) return
  throw new FedctlError('usage', `ACLs are off in ${federation.file}`, {
    suggestions: ['set acl.enabled: true there if this federation is to have ACLs'],
  })
}
