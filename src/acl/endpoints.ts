import type {ConsulClient, RequestOptions} from '../consul/client.js'
import type {AclPolicy, AclToken} from '../consul/types.js'
import type {TokenSecret} from '../federation/secrets.js'
import type {PolicySpec, TokenSpec} from './desired.js'

type Call = Pick<RequestOptions, 'signal' | 'token'>

/** A token with everything that can give it rights. */
export interface GrantedToken extends AclToken {
  NodeIdentities?: unknown[] | null
  Roles?: unknown[] | null
  ServiceIdentities?: unknown[] | null
  /** Since 1.17. */
  TemplatedPolicies?: unknown[] | null
}

/** What Consul puts in place of a SecretID that the asking token may not see. */
export const hiddenSecret = '<hidden>'

export const readPolicyByName = (client: ConsulClient, name: string, call: Call = {}) =>
  client.request<AclPolicy>(`/v1/acl/policy/name/${encodeURIComponent(name)}`, {...call, shape: 'policy'})

export const createPolicy = (client: ConsulClient, policy: PolicySpec, call: Call = {}) =>
  client.request<AclPolicy>('/v1/acl/policy', {...call, body: policyBody(policy), method: 'PUT', shape: 'policy'})

/** The name stays as Consul has it: 1.8 refuses one that differs from the old one only in case. */
export const updatePolicy = (client: ConsulClient, found: AclPolicy, policy: PolicySpec, call: Call = {}) =>
  client.request<AclPolicy>(`/v1/acl/policy/${found.ID}`, {
    ...call,
    body: {...policyBody(policy), Name: found.Name},
    method: 'PUT',
    shape: 'policy',
  })

export const readToken = (client: ConsulClient, accessorId: string, call: Call = {}) =>
  client.request<GrantedToken>(`/v1/acl/token/${accessorId}`, {...call, shape: 'token'})

/** Consul takes the chosen AccessorID and SecretID, and refuses a second token with either. */
export const createToken = (client: ConsulClient, token: TokenSpec, secret: TokenSecret, call: Call = {}) =>
  client.request<AclToken>('/v1/acl/token', {
    ...call,
    body: {...tokenBody(token), AccessorID: secret.accessorId, SecretID: secret.secretId},
    method: 'PUT',
    shape: 'token',
  })

/** Replaces everything that the token may do. */
export const updateToken = (client: ConsulClient, token: TokenSpec, accessorId: string, call: Call = {}) =>
  client.request<AclToken>(`/v1/acl/token/${accessorId}`, {
    ...call,
    body: tokenBody(token),
    method: 'PUT',
    shape: 'token',
  })

/** Writes a token back as it was read, with these policies. */
export const replacePolicies = (
  client: ConsulClient,
  token: GrantedToken,
  policies: readonly {ID?: string; Name: string}[],
  call: Call = {},
) =>
  client.request<AclToken>(`/v1/acl/token/${token.AccessorID}`, {
    ...call,
    body: {...token, Policies: policies},
    method: 'PUT',
    shape: 'token',
  })

/** Makes the first management token. Before 1.15 Consul ignores `secretId` and answers with a secret of its own. */
export const bootstrap = (client: ConsulClient, secretId: string, call: Call = {}) =>
  client.request<AclToken>('/v1/acl/bootstrap', {
    ...call,
    body: {BootstrapSecret: secretId},
    method: 'PUT',
    shape: 'token',
  })

function policyBody({description, name, rules}: PolicySpec) {
  return {Description: description, Name: name, Rules: rules}
}

function tokenBody({description, policies}: TokenSpec) {
  return {Description: description, Local: false, Policies: policies.map((name) => ({Name: name}))}
}
