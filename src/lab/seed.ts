import pRetry from 'p-retry'

import {createPolicy, createToken, readPolicyByName} from '../acl/endpoints.js'
import {ifThere} from '../acl/observed.js'
import {isMissing, isPassing, isTaken} from '../acl/refusals.js'
import type {PolicySpec} from '../acl/desired.js'
import {rulesText} from '../acl/rules.js'
import type {ConsulClient} from '../consul/client.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {type Journal, journalledChange, journalledRun} from '../federation/journal.js'
import type {Datacenter} from '../federation/model.js'
import {primaryOf, secondariesOf} from '../federation/selectors.js'
import type {RunbookContext} from '../runbooks/context.js'

const service = 'web'
const retries = {factor: 1, minTimeout: 500, retries: 60}

const policy: PolicySpec = {
  description: 'the lab: the service web',
  name: 'lab-web',
  rules: rulesText([
    {name: service, policy: 'write', resource: 'service'},
    {name: '', policy: 'read', resource: 'service_prefix'},
    {name: '', policy: 'read', resource: 'node_prefix'},
  ]),
}

const configEntries = [
  {Kind: 'service-defaults', Name: service, Protocol: 'http'},
  {ConnectTimeout: '7s', Kind: 'service-resolver', Name: service},
]

/**
 * Puts into a lab what a datacenter in use holds: keys, a service, a policy, tokens and config entries, so that one can see what a move does
 * to them. Repetition is harmless. Each change stands in the journal before it is made.
 * @throws RequestError, and FedctlError `file.unwritable` for the journal.
 */
export function seedLab(context: RunbookContext, journal: Journal): Promise<void> {
  return journalledRun(journal, async () => {
    for (const {make, summary} of seedsOf(context)) await journalledChange(journal, summary, make)
  })
}

interface Seed {
  readonly make: () => Promise<void>
  readonly summary: string
}

/** What is put into a lab, in the order in which it can be. */
function seedsOf(context: RunbookContext): Seed[] {
  const {acl, datacenters} = context.federation
  const primary = primaryOf(context.federation)
  const withClient = (datacenter: Datacenter, work: (client: ConsulClient) => Promise<void>) => async () =>
    work(await clientOf(datacenter, context))
  const policyAndToken: Seed = {
    make: withClient(primary, (client) => seedPolicy(client, context)),
    summary: `make the policy ${policy.name} and the token ${tokenName}`,
  }
  const entries = configEntries.map((entry) => ({
    make: withClient(primary, (client) => put(client, '/v1/config', entry, context)),
    summary: `write ${entry.Kind} ${entry.Name}`,
  }))
  const inEach = datacenters.flatMap((datacenter): Seed[] => [
    ...['greeting', 'owner'].map((key) => ({
      make: withClient(datacenter, (client) =>
        put(client, `/v1/kv/lab/${key}`, `${key} of ${datacenter.name}`, context),
      ),
      summary: `write the key lab/${key} in ${datacenter.name}`,
    })),
    {
      make: withClient(datacenter, (client) => seedService(client, context)),
      summary: `register the service ${service} in ${datacenter.name}`,
    },
  ])
  const localTokens = secondariesOf(context.federation).map((datacenter) => ({
    make: () => seedLocalToken(datacenter, context),
    summary: `make a local token of ${datacenter.name}`,
  }))
  return [...(acl.enabled ? [policyAndToken] : []), ...entries, ...inEach, ...(acl.enabled ? localTokens : [])]
}

async function clientOf({name, servers}: Datacenter, context: RunbookContext): Promise<ConsulClient> {
  const [server] = servers
  if (!server) throw new FedctlError('bug', `datacenter ${name} has no server`)
  return context.client(server)
}

async function put(client: ConsulClient, path: string, body: unknown, {ports}: RunbookContext): Promise<void> {
  await client.request(path, {body, method: 'PUT', signal: ports.signal})
}

async function seedPolicy(client: ConsulClient, {ports, secrets}: RunbookContext): Promise<void> {
  const call = {signal: ports.signal}
  const found = await ifThere(readPolicyByName(client, policy.name, call))
  if (!found) await createPolicy(client, policy, call)
  const token = {description: policy.description, name: tokenName, policies: [policy.name]}
  await unlessTaken(createToken(client, token, await secrets.token(tokenName), call))
}

const tokenName = 'lab/web'

/** The agent keeps the token of a registration. In a secondary it arrives by replication. */
async function seedService(client: ConsulClient, {federation, ports, secrets}: RunbookContext): Promise<void> {
  const token = federation.acl.enabled ? (await secrets.token(tokenName)).secretId : undefined
  const register = () =>
    client.request('/v1/agent/service/register', {
      body: {Meta: {lab: 'seeded'}, Name: service, Port: 8080},
      method: 'PUT',
      signal: ports.signal,
      ...(token === undefined ? {} : {token}),
    })
  await pRetry(register, {...retries, shouldRetry: ({error}) => mayPass(error), signal: ports.signal})
}

/** A token that is known in this datacenter alone. */
async function seedLocalToken(datacenter: Datacenter, context: RunbookContext): Promise<void> {
  const {ports, secrets} = context
  const client = await clientOf(datacenter, context)
  const {accessorId, secretId} = await secrets.token(`lab/local/${datacenter.name}`)
  const body = {
    AccessorID: accessorId,
    Description: `the lab: a local token of ${datacenter.name}`,
    Local: true,
    Policies: [{Name: policy.name}],
    SecretID: secretId,
  }
  const create = () => unlessTaken(client.request('/v1/acl/token', {body, method: 'PUT', signal: ports.signal}))
  await pRetry(create, {...retries, shouldRetry: ({error}) => mayPass(error), signal: ports.signal})
}

function mayPass(error: unknown): boolean {
  const isForbidden = error instanceof RequestError && error.kind === 'forbidden'
  const isUnknown = error instanceof RequestError && error.body.includes('No such ACL policy')
  return isForbidden || isUnknown || isMissing(error) || isPassing(error)
}

async function unlessTaken(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!isTaken(error)) throw error
  }
}
