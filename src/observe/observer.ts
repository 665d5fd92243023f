import type {Credentials} from '../consul/access.js'
import type {Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import type {Ports} from '../system/ports.js'
import {Redactor} from '../system/redaction.js'
import {dropUndefined} from './drop-undefined.js'
import {observeEnvoys} from './envoys.js'
import {gossipKeyDigest} from './gossip-keys.js'
import type {Observation} from './observation.js'
import {openClients} from './open-clients.js'
import {observePaths} from './paths.js'
import {type ProbeTrust, readProbeTrust} from './probe-trust.js'
import {redactStrings} from './redact-strings.js'
import type {ObservationScope, ObservationTimeouts, Round} from './round.js'
import {observeCertificates, observeGatewayAgents, observeServers} from './servers.js'
import {shareItems} from './share-items.js'
import type {Snapshot} from './snapshot.js'
import {patienceMs, takeTurns} from './turns.js'
import {workspaceSecrets} from './workspace-secrets.js'

/** Looks at a federation again and again, over connections that stay open. */
export interface Observer {
  close(): Promise<void>
  /**
   * One round: every question that `observations` names, each once, all servers at the same time. What is not answered is in the snapshot with its reason.
   * @throws The reason of the ports' signal once it is aborted, and FedctlError `usage` for a datacenter that the federation does not have.
   */
  observe(observations: Iterable<Observation>, scope?: ObservationScope): Promise<Snapshot>
}

export interface ObserverSettings {
  /** Goes into the snapshot. */
  readonly fedctlVersion?: string
  readonly timeouts?: ObservationTimeouts
}

/** What a federation of many servers has to ask does not fit into the time of a small one, however fast each of them answers. */
const overallTimeoutMs = (servers: number) => 30_000 + 200 * servers
/** More make a round no faster on two processors, and what is under way for long stays in memory. */
const [probesAtOnce, requestsAtOnce] = [24, 72]
const trustNeededBy: readonly Observation[] = [
  'bootstrap-paths',
  'certificates-on-disk',
  'certificates-on-wire',
  'gateway-paths',
]

/** An observer for a federation; close it, or its connections keep the process alive. Tokens and certificates are read anew in each round. */
export function openObserver(
  federation: Federation,
  credentials: Credentials,
  ports: Ports,
  {fedctlVersion = 'unknown', timeouts = {}}: ObserverSettings = {},
): Observer {
  const clients = openClients(credentials)
  const secrets = workspaceSecrets(credentials.secrets)
  const redactor = new Redactor()
  redactor.add(() => [...credentials.secrets.texts(), credentials.env.CONSUL_HTTP_TOKEN ?? '', ...clients.tokens()])
  return {
    close: () => clients.close(),
    async observe(observations, scope = {}) {
      ports.signal.throwIfAborted()
      const datacenters = scope.datacenters?.map((name) => datacenterOf(federation, name)) ?? federation.datacenters
      const servers = datacenters.flatMap((datacenter) => datacenter.servers)
      const round = dropUndefined<Round>({
        cancelled: ports.signal,
        clients,
        clock: ports.clock,
        datacenters,
        deadline: AbortSignal.timeout(timeouts.overallMs ?? overallTimeoutMs(servers.length)),
        federation,
        full: scope.full ?? false,
        observations: new Set(observations),
        probeTimeoutMs: timeouts.probeMs,
        requestTimeoutMs: timeouts.requestMs,
        share: shareItems(),
        turns: {probes: takeTurns(probesAtOnce, patienceMs), requests: takeTurns(requestsAtOnce, patienceMs)},
        workspaceSecrets: secrets,
      })
      return redactStrings(await observeRound(round, fedctlVersion), redactor)
    },
  }
}

async function observeRound(round: Round, fedctlVersion: string): Promise<Snapshot> {
  const {clock, datacenters, observations} = round
  const startedAt = clock.now()
  const startedMs = clock.monotonicMs()
  const trust = await trustFor(round)
  const wantsEnvoys = observations.has('envoys')
  const gateways = datacenters.flatMap((datacenter) => datacenter.gateways)
  const asked = observeServers(round)
  const [views, certificates, clients, envoys, paths] = await Promise.all([
    asked,
    observeCertificates(round, trust),
    wantsEnvoys ? observeGatewayAgents(round) : undefined,
    wantsEnvoys ? observeEnvoys(gateways, round) : {},
    observePaths(round, trust, asked),
  ])
  return dropUndefined<Snapshot>({
    ...paths,
    bootstrapSkipped: paths.bootstrapSkipped,
    clients,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
    envoys,
    fedctlVersion,
    gossipKey: gossipKeyOf(round),
    observed: [...observations].sort(),
    pathsSkipped: paths.pathsSkipped,
    schemaVersion: 1,
    servers: Object.fromEntries(Object.entries(views).map(([id, view]) => [id, {...view, ...certificates[id]}])),
    startedAt: startedAt.toISOString(),
  })
}

/** What the keyrings of this snapshot are compared with. */
function gossipKeyOf({observations, workspaceSecrets}: Round): string | undefined {
  const key = observations.has('gossip-keys') ? workspaceSecrets.gossipKey() : undefined
  return key === undefined ? undefined : gossipKeyDigest(key, workspaceSecrets.gossipSalt)
}

async function trustFor({federation, observations}: Round): Promise<ProbeTrust> {
  const needed = trustNeededBy.some((observation) => observations.has(observation))
  return needed ? readProbeTrust(federation) : {identity: {skipped: 'no probe was asked for'}}
}
