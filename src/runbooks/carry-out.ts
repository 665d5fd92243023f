import pRetry from 'p-retry'

import {applyAclChange} from '../acl/apply-change.js'
import {bootstrapAcl} from '../acl/bootstrap.js'
import {onFirstReachable} from '../acl/servers.js'
import {writeTokenFiles} from '../acl/token-files.js'
import {waitForToken} from '../acl/wait-for-token.js'
import {openClient} from '../consul/access.js'
import {isMissing, isNoAnswer, isPassing} from '../acl/refusals.js'
import {RequestError} from '../consul/request-error.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {agentsOf, datacenterOf, primaryOf} from '../federation/selectors.js'
import {applyRegistration, type GatewayChange} from '../gateway/registration.js'
import {aclServersOf} from './acl-servers.js'
import type {RunbookContext} from './context.js'
import {joinAgain} from './join-again.js'
import {type OnWait, restartAgent} from './restart.js'
import type {AwaitTokens, BootstrapAcl, Change} from './step.js'

const tokenWithinMs = 60_000
const settleRetries = 60
const settlePauseMs = 500

/**
 * Does what a change says.
 * @param onWait takes what a restart waits for.
 * @throws What the module throws that the change belongs to.
 */
export async function carryOut(change: Change, context: RunbookContext, onWait?: OnWait): Promise<void> {
  const {hosts, ports, secrets} = context
  switch (change.kind) {
    case 'acl-policy':
    case 'acl-token': {
      const servers = await aclServersOf(primaryOf(context.federation), context)
      await onFirstReachable(servers, (client) => applyAclChange(client, change, secrets, ports.signal), ports.signal)
      return
    }
    case 'await-tokens':
      return awaitTokens(change, context)
    case 'bootstrap-acl':
      return bootstrap(change, context)
    case 'install-files':
    case 'reload-agent':
    case 'start-agent':
    case 'start-gateway':
      return hosts[change.host].apply(change, ports.signal)
    case 'restart-agent':
      return restartAgent(change, context, onWait)
    case 'join-wan':
      return joinAgain(change.server, change.by, context)
    case 'register-gateway':
      return register(change, context)
    case 'look-again':
    case 'make-known':
    case 'note-move':
    case 'recreate':
    case 'relink-token':
    case 'write-certificates':
    case 'write-configuration':
    case 'write-federation-file':
      return change.write()
  }
}

/** A leader that was just elected makes the configured token a moment later, so an unknown one is asked for again. */
async function bootstrap({initialTokenConfigured}: BootstrapAcl, context: RunbookContext): Promise<void> {
  const {federation, ports, secrets} = context
  const servers = await aclServersOf(primaryOf(federation), context)
  const options = {initialTokenConfigured, secrets, servers, signal: ports.signal}
  await settled(
    () => bootstrapAcl(options),
    context,
    (error) => initialTokenConfigured && isRefusal(error),
  )
  await writeTokenFiles(federation, secrets)
}

async function awaitTokens({datacenter, tokens}: AwaitTokens, context: RunbookContext): Promise<void> {
  const {clock, signal} = context.ports
  const servers = await aclServersOf(datacenterOf(context.federation, datacenter), context)
  for (const name of tokens) {
    const {secretId} = await context.secrets.token(name)
    await waitForToken(servers, {name, secretId}, {clock, signal, withinMs: tokenWithinMs})
  }
  await writeTokenFiles(context.federation, context.secrets)
}

/** A client agent that was just started has no server yet, and one that asked too early remembers the refusal of a token for a while. */
async function register(change: GatewayChange, context: RunbookContext): Promise<void> {
  const agent = context.federation.datacenters.flatMap(agentsOf).find(({id}) => id === change.agent)
  if (!agent) throw new FedctlError('bug', `no agent ${change.agent} in the federation`)
  const {ports, secrets} = context
  // The agent keeps the token of a registration, so it must be the narrow one.
  const client = await openClient(agent.api, {env: ports.env, roles: ['gateway'], secrets})
  const token = secrets.knownToken('gateway')?.secretId
  try {
    await settled(() => applyRegistration(client, change, ports.signal, token), context, isForbidden)
  } finally {
    await client.close()
  }
}

/** Repeats what Consul refuses only because something has just been started. */
async function settled(
  work: () => Promise<unknown>,
  {lives, ports}: RunbookContext,
  mayPass: (error: unknown) => boolean,
): Promise<void> {
  const attempt = async () => {
    await lives.look()
    await work()
  }
  await pRetry(attempt, {
    factor: 1,
    minTimeout: settlePauseMs,
    retries: settleRetries,
    shouldRetry: ({error}) => isPassing(error) || isNoAnswer(error) || isMissing(error) || mayPass(error),
    signal: ports.signal,
  })
}

/** In a secondary a token may arrive before the policy that gives it its rights. */
function isForbidden(error: unknown): boolean {
  return error instanceof RequestError && error.kind === 'forbidden'
}

function isRefusal(error: unknown): boolean {
  return error instanceof FedctlError && error.code === 'consul.refused'
}
