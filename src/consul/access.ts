import {FedctlError} from '../errors/fedctl-error.js'
import type {ApiAccess} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {readText} from '../system/files.js'
import {ConsulClient} from './client.js'

/** Which of the workspace's tokens stands in where the federation file names none. */
export type TokenRole = 'gateway' | 'management' | 'verifier'

export interface Credentials {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Tokens of the workspace to try, first the one wanted most. Empty: send no token. */
  readonly roles: readonly TokenRole[]
  readonly secrets: Secrets
}

/**
 * A client for an agent's API as the federation file describes it.
 * A token of the workspace is looked up anew for each request, since a runbook makes it while clients are open.
 * @throws FedctlError `file.unreadable` where a certificate or token file cannot be read, `token.missing` where a variable is not set or a file is empty.
 */
export async function openClient(api: ApiAccess, credentials: Credentials): Promise<ConsulClient> {
  const [ca, cert, key, named] = await Promise.all([
    readOptional(api.caFile),
    readOptional(api.certFile),
    readOptional(api.keyFile),
    namedToken(api, credentials.env),
  ])
  return new ConsulClient({
    ca,
    cert,
    key,
    serverName: api.serverName,
    get token() {
      return named ?? workspaceToken(credentials)
    },
    url: api.url,
  })
}

/** The token that the federation file names, else the one of Consul's own environment variables. */
async function namedToken({token}: ApiAccess, env: Credentials['env']): Promise<string | undefined> {
  if (token.from === 'env') return env[token.name] || missing(token.name)
  if (token.from === 'file') return tokenIn(token.path)
  if (token.from === 'workspace') return undefined
  if (env.CONSUL_HTTP_TOKEN) return env.CONSUL_HTTP_TOKEN
  return env.CONSUL_HTTP_TOKEN_FILE ? tokenIn(env.CONSUL_HTTP_TOKEN_FILE) : undefined
}

/**
 * The token that a file holds. An empty file is what a full disk leaves, and not the wish to send no token.
 * @throws FedctlError `token.missing` where it is empty, and what `readText` throws.
 */
export async function tokenIn(path: string): Promise<string> {
  const token = (await readText(path)).trim()
  if (token) return token
  throw new FedctlError('token.missing', `${path} is empty, and a token should stand in it`, {
    suggestions: ['write the secret of the token to that file, and nothing else'],
  })
}

function missing(variable: string): never {
  throw new FedctlError(
    'token.missing',
    `api.token names the environment variable ${variable}, which is not set or empty`,
    {
      suggestions: [`set ${variable}, or change api.token in the federation file`],
    },
  )
}

function workspaceToken({roles, secrets}: Credentials): string | undefined {
  return roles.map((role) => secrets.knownToken(role)?.secretId).find((secret) => secret !== undefined)
}

async function readOptional(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readText(path)
}
