import {RequestError} from '../consul/request-error.js'

/**
 * Whether Consul says that a token, policy or the token of the request itself is not there.
 * 403 `ACL not found` in 1.8 for both; newer versions answer 404 for what was asked for
 * (Consul agent/acl_endpoint.go, 1.8–1.21).
 */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false
  return error.kind === 'not-found' || (error.kind === 'forbidden' && error.body.includes('ACL not found'))
}

/** Whether Consul says that the name, AccessorID or SecretID is taken (Consul agent/consul/acl_endpoint.go, 1.8–1.21). */
export function isTaken(error: unknown): boolean {
  return error instanceof RequestError && /already exists|already in use/.test(error.body)
}

/** Whether the agent runs without ACLs: 401 `ACL support disabled`. */
export function isAclOff(error: unknown): boolean {
  return error instanceof RequestError && (error.status === 401 || error.body.includes('ACL support disabled'))
}

/** Whether Consul says by itself that nobody has bootstrapped its ACLs yet. 1.8 never does: it knows no token then, as later. */
export function isNotBootstrapped(error: unknown): boolean {
  return error instanceof RequestError && error.body.includes('must be bootstrapped')
}

/** Whether the same question may be answered in a moment: an election, or ACLs that are not up yet after a start. */
export function isPassing(error: unknown): error is RequestError {
  return (
    error instanceof RequestError &&
    error.kind === 'refused' &&
    /no cluster leader|not the leader|leadership|legacy mode|rpc error getting client|rpc error making call: EOF/i.test(
      error.body,
    )
  )
}

/** Whether no usable answer came at all, so that another server may do better. */
export function isNoAnswer(error: unknown): error is RequestError {
  return error instanceof RequestError && error.code === 'consul.unreachable'
}
