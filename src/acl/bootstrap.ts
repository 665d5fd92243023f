import {tokenSelf} from '../consul/api.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Secrets} from '../federation/secrets.js'
import {aclOff, secretResolves} from './access-check.js'
import {bootstrap} from './endpoints.js'
import {tokenNames} from './names.js'
import {isAclOff} from './refusals.js'
import {type AclServer, onFirstReachable} from './servers.js'

/**
 * `bootstrapped`: just now, the management token is in the workspace. `known`: Consul knew the workspace's management token already.
 * `supplied`: somebody else bootstrapped, and Consul knows the token that the operator supplied; the workspace holds none.
 */
export type BootstrapOutcome = 'bootstrapped' | 'known' | 'supplied'

export interface BootstrapOptions {
  /**
   * True where the servers were started with the workspace's secret in their configuration. Consul is then never asked to bootstrap:
   * before 1.15 that could give a second management token to a leader that is just about to make the configured one.
   */
  readonly initialTokenConfigured?: boolean
  readonly secrets: Secrets
  /** The primary's servers; Consul bootstraps nowhere else. */
  readonly servers: readonly AclServer[]
  readonly signal?: AbortSignal
}

/**
 * Sees to it that there is a management token, and that the workspace holds it unless the operator supplies one.
 *
 * Servers that were started with the workspace's secret as `acl.tokens.initial_management` (`master` before 1.11) know it: `known`.
 * Otherwise Consul is asked to bootstrap with that secret. From 1.15 it takes it; before, it ignores it and answers with a secret of its
 * own, which is saved the moment it arrives. Only there an answer that is lost on the way leaves a token that nobody knows, and the
 * reset procedure is all that helps. (Consul agent/acl_endpoint.go, 1.8–1.21.)
 * @throws FedctlError `consul.refused` where somebody else has bootstrapped and no known token was supplied, or where the servers do not
 * know a token that was configured; RequestError.
 */
export async function bootstrapAcl(options: BootstrapOptions): Promise<BootstrapOutcome> {
  if (await managementResolves(options)) return 'known'
  if (await suppliedResolves(options)) return 'supplied'
  if (options.initialTokenConfigured) throw initialTokenUnknown()
  // Saved first: a workspace that cannot be written is found out before Consul gives away a secret only once.
  const chosen = await options.secrets.token(tokenNames.management)
  try {
    const made = await firstReachable(options, (client, call) =>
      bootstrap(client, chosen.secretId, {...call, token: ''}),
    )
    await options.secrets.keepToken(tokenNames.management, {accessorId: made.AccessorID, secretId: made.SecretID})
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind !== 'forbidden') throw error
    // The first server's answer may have been lost, and the second one then refuses.
    if (!(await managementResolves(options))) throw bootstrappedByOthers(error)
  }
  return 'bootstrapped'
}

/**
 * Whether the primary knows the workspace's management token; false where the workspace has none. Where Consul chose the accessor,
 * it is learnt here.
 * @throws RequestError; FedctlError `consul.refused` where the agents run without ACLs.
 */
export async function managementResolves(options: BootstrapOptions): Promise<boolean> {
  const known = options.secrets.knownToken(tokenNames.management)
  if (!known) return false
  const {accessorId, secretId} = known
  if (!(await firstReachable(options, (client, call) => secretResolves(client, secretId, call)))) return false
  const {AccessorID} = await firstReachable(options, (client, call) => tokenSelf(client, {...call, token: secretId}))
  if (AccessorID !== accessorId) {
    await options.secrets.keepToken(tokenNames.management, {accessorId: AccessorID, secretId})
  }
  return true
}

/** Whether the clients carry a token from outside the workspace that Consul knows. */
async function suppliedResolves(options: BootstrapOptions): Promise<boolean> {
  const known = options.secrets.knownToken(tokenNames.management)?.secretId
  return firstReachable(options, async (client, call) => {
    const supplied = client.access.token
    return supplied !== undefined && supplied !== known && secretResolves(client, supplied, call)
  })
}

async function firstReachable<T>(
  {servers, signal}: BootstrapOptions,
  work: (client: ConsulClient, call: {signal?: AbortSignal}) => Promise<T>,
): Promise<T> {
  const attempt = async (client: ConsulClient) => {
    try {
      return await work(client, signal ? {signal} : {})
    } catch (error) {
      throw isAclOff(error) ? aclOff(client, error) : error
    }
  }
  return onFirstReachable(servers, attempt, signal)
}

function bootstrappedByOthers(error: RequestError): FedctlError {
  const index = /reset index: (\d+)/.exec(error.body)?.[1] ?? 'the reset index that Consul names'
  return new FedctlError(
    'consul.refused',
    'somebody else has bootstrapped the ACLs, and the workspace has no management token that Consul knows',
    {
      cause: error,
      suggestions: [
        'set CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE to a management token, or name it as api.token in the federation file',
        'restore .fedctl/secrets.json from a backup if fedctl bootstrapped these ACLs',
        `as a last resort write ${index} into acl-bootstrap-reset in data_dir of the primary's leader and run \`fedctl acl bootstrap\` at once; tokens that there are stay`,
      ],
    },
  )
}

function initialTokenUnknown(): FedctlError {
  return new FedctlError('consul.refused', 'the primary does not know the management token of its configuration', {
    suggestions: [
      'start the servers of the primary with the rendered configuration: Consul makes that token when a server becomes leader',
      'run `fedctl acl bootstrap` where they were started without it',
    ],
  })
}
