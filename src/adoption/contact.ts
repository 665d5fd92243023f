import {type Credentials, openClient} from '../consul/access.js'
import type {ConsulClient} from '../consul/client.js'
import {agentSelf, authorize, statusLeader} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import type {ApiAccess} from '../federation/model.js'
import {permissionsQuestion} from '../observe/acl-facts.js'
import type {TokenPermissions} from '../observe/snapshot.js'
import {contactFailure, lacksRights, notConsul} from './contact-failure.js'
import type {AgentAnswer} from './explored.js'
import {readAgentAnswer} from './questions.js'

/** The first agent of a federation, open for more questions. */
export interface Contact {
  /** With the name that its certificate was verified for, where it was found out. */
  readonly access: ApiAccess
  readonly agent: AgentAnswer
  readonly client: ConsulClient
}

/**
 * Reaches the first agent and sees whether it can be asked what has to be known. Close its client.
 * @throws FedctlError `consul.unreachable` where nobody answers, or something that is not Consul; `consul.refused` where the token lacks rights;
 * `file.unreadable` for a certificate or token file.
 */
export async function openContact(access: ApiAccess, credentials: Credentials, signal: AbortSignal): Promise<Contact> {
  const opened = await openVerified(access, credentials, signal)
  const {client} = opened
  try {
    const rights = await rightsOf(client, signal)
    const missing = rights ? Object.entries(rights).flatMap(([name, may]) => (may ? [] : [`${name}:read`])) : []
    if (missing.length > 0) throw lacksRights(access.url, missing, client.access.token !== undefined)
    return {...opened, agent: readAgentAnswer(await agentSelf(client, {signal}))}
  } catch (error) {
    await client.close()
    throw error instanceof RequestError ? contactFailure(error, opened.access) : error
  }
}

/** A certificate of Consul's own holds `server.<dc>.<domain>` instead of an address: where nothing else was asked for, that name is taken. */
async function openVerified(
  access: ApiAccess,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Pick<Contact, 'access' | 'client'>> {
  const client = await openClient(access, credentials)
  try {
    await askLeader(client, access.url, signal)
    return {access, client}
  } catch (error) {
    await client.close()
    if (!(error instanceof RequestError)) throw error
    const serverName = access.serverName === undefined ? consulNameIn(error) : undefined
    if (serverName === undefined) throw contactFailure(error, access)
    return openVerified({...access, serverName}, credentials, signal)
  }
}

/** The question that every Consul agent answers to everybody. */
async function askLeader(client: ConsulClient, url: string, signal: AbortSignal): Promise<void> {
  const leader: unknown = await statusLeader(client, undefined, {signal})
  if (typeof leader !== 'string') throw notConsul(url)
}

/** @returns Undefined where ACLs are off. Consul has its own words for that, as 401 or 500 by version. */
async function rightsOf(client: ConsulClient, signal: AbortSignal): Promise<TokenPermissions | undefined> {
  const questions = (['agent', 'node', 'operator', 'service'] as const).map(
    (Resource) => ({Access: 'read', Resource}) as const,
  )
  try {
    return permissionsQuestion.read(await authorize(client, questions, {signal}))
  } catch (error) {
    if (error instanceof RequestError && /ACL support disabled|legacy/i.test(error.message)) return undefined
    throw error
  }
}

/** The name of Consul's own in a certificate whose chain was verified and that is not for the host of the URL. */
function consulNameIn({cause}: RequestError): string | undefined {
  const {cert, code} = (cause ?? {}) as {cert?: {subjectaltname?: string}; code?: string}
  if (code !== 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined
  return /DNS:((?:server|client)\.[a-z0-9-]+\.[a-z0-9.-]+)/i.exec(cert?.subjectaltname ?? '')?.[1]
}
