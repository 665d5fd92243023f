import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import type {AclToken} from '../consul/types.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Secrets} from '../federation/secrets.js'
import {aclOff, tokenWithSecret} from './access-check.js'
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
    await keep(await askToBootstrap(chosen.secretId, options), options)
  } catch (error) {
    if (!(error instanceof RequestError) || error.kind !== 'forbidden') throw error
    // The first server's answer may have been lost, and the second one then refuses.
    if (!(await managementResolves(options))) throw bootstrappedByOthers(error)
  }
  return 'bootstrapped'
}

/** What `bootstrapAcl` would do, without doing it: `planned` where Consul would be asked to bootstrap. @throws as `bootstrapAcl`. */
export async function planBootstrap(options: BootstrapOptions): Promise<'known' | 'planned' | 'supplied'> {
  if (await knownManagement(options)) return 'known'
  return (await suppliedResolves(options)) ? 'supplied' : 'planned'
}

/**
 * Whether the primary knows the workspace's management token; false where the workspace has none. Where Consul chose the accessor,
 * it is learnt here.
 * @throws RequestError; FedctlError `consul.refused` where the agents run without ACLs.
 */
export async function managementResolves(options: BootstrapOptions): Promise<boolean> {
  const found = await knownManagement(options)
  if (!found) return false
  if (found.AccessorID !== options.secrets.knownToken(tokenNames.management)?.accessorId) await keep(found, options)
  return true
}

/** As `managementResolves`, without learning anything. */
export async function managementIsKnown(options: BootstrapOptions): Promise<boolean> {
  return (await knownManagement(options)) !== undefined
}

/** The workspace's management token as the primary knows it. */
async function knownManagement({secrets, servers, signal}: BootstrapOptions): Promise<AclToken | undefined> {
  const secretId = secrets.knownToken(tokenNames.management)?.secretId
  if (secretId === undefined) return undefined
  return onFirstReachable(servers, (client) => tokenWithSecret(client, secretId, signal ? {signal} : {}), signal)
}

/** Whether the clients carry a token from outside the workspace that Consul knows. */
async function suppliedResolves({secrets, servers, signal}: BootstrapOptions): Promise<boolean> {
  const known = secrets.knownToken(tokenNames.management)?.secretId
  const resolves = async (client: ConsulClient) => {
    const supplied = client.access.token
    if (supplied === undefined || supplied === known) return false
    return (await tokenWithSecret(client, supplied, signal ? {signal} : {})) !== undefined
  }
  return onFirstReachable(servers, resolves, signal)
}

async function askToBootstrap(secretId: string, {servers, signal}: BootstrapOptions): Promise<AclToken> {
  const ask = async (client: ConsulClient) => {
    try {
      return await bootstrap(client, secretId, {token: '', ...(signal ? {signal} : {})})
    } catch (error) {
      throw isAclOff(error) ? aclOff(client, error) : error
    }
  }
  return onFirstReachable(servers, ask, signal)
}

async function keep({AccessorID, SecretID}: AclToken, {secrets}: BootstrapOptions): Promise<void> {
  await secrets.keepToken(tokenNames.management, {accessorId: AccessorID, secretId: SecretID})
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
