import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import type {Observer} from '../observe/observer.js'
import type {Snapshot, TokenRoundtrip} from '../observe/snapshot.js'
import {watchWan} from '../observe/soak.js'
import type {Ports} from '../system/ports.js'
import {awaitedOf} from './awaited.js'
import {catalogue} from './catalogue.js'
import type {Report, Status} from './check.js'
import {neededObservations, runChecks} from './engine.js'
import {isPreflight} from './preflight-facts.js'
import {nothingReachable} from './reachability.js'
import {selectChecks, type Selection} from './selection.js'
import {requireKnownChecks} from './suppressions.js'

export interface VerifyOptions extends Selection {
  /** Only what is about one of these. All where there is none. */
  readonly datacenters?: readonly string[]
  /** What is waited out; default: errors. */
  readonly failOn?: 'error' | 'warning'
  /** Probes every server through every gateway. */
  readonly full?: boolean
  /** Milliseconds for which a federation that is only finding itself again is waited for without `waitMs`. 0: not at all. */
  readonly settleMs?: number
  /** Milliseconds for which the WAN pool is watched. 0: not at all. */
  readonly soakMs?: number
  /** Milliseconds for which failures, and warnings with `failOn: 'warning'`, are waited out. 0: look once. */
  readonly waitMs?: number
  /** Writes a token and removes it again; where there is none, nothing is written. */
  readonly writeProbe?: () => Promise<TokenRoundtrip>
}

export interface Verification {
  /** False where nothing of the federation gave any answer. */
  readonly reachable: boolean
  readonly report: Report
  readonly snapshot: Snapshot
}

const pauseMs = 1000
const writeProbeCheck = 'acl.roundtrip'
const gossipCheck = 'gossip.key'
const membersCheck = 'wan.members'

/**
 * Observes and judges, again and again while something fails and time is left. What is still missing goes to `ports.talk`, whenever it changes.
 * @throws FedctlError `usage` for a check or datacenter that there is not, and where no check is left; the reason of the ports' signal once it is aborted.
 */
export async function verify(
  federation: Federation,
  observer: Observer,
  ports: Ports,
  options: VerifyOptions = {},
): Promise<Verification> {
  const observations = neededObservations(chosen(federation, options))
  const soakMs = options.soakMs ?? 0
  const soak = soakMs > 0 ? {soak: await watchWan(observer, ports, soakMs)} : {}
  const {settleMs = 0, waitMs = 0} = options
  const startMs = ports.clock.monotonicMs()
  const statuses: readonly Status[] = options.failOn === 'warning' ? ['fail', 'warn'] : ['fail']
  let said = ''
  let settlingSinceMs: number | undefined
  for (;;) {
    const snapshot = {...(await observer.observe(observations, {full: options.full ?? false})), ...soak}
    const verification = verifySnapshot(federation, snapshot, options)
    const awaited = awaitedOf(verification.report, statuses)
    const nowMs = ports.clock.monotonicMs()
    settlingSinceMs = awaited?.settling ? (settlingSinceMs ?? nowMs) : undefined
    const untilMs = Math.max(
      awaited?.failing ? startMs + waitMs : nowMs,
      settlingSinceMs === undefined ? nowMs : settlingSinceMs + settleMs,
    )
    if (!awaited || untilMs <= nowMs) {
      return withWriteProbe(federation, await withGossipKeys(federation, observer, verification, options), options)
    }
    if (awaited.checks !== said) ports.talk(`waiting for ${awaited.checks}: ${awaited.reason}`)
    said = awaited.checks
    await ports.clock.sleep(Math.min(pauseMs, untilMs - nowMs), ports.signal)
  }
}

/**
 * Asks for gossip keys once servers are missing in the WAN pool, since other keys look like that and like nothing else. Nobody has asked for
 * the check, so it is reported only where it fails.
 */
async function withGossipKeys(
  federation: Federation,
  observer: Observer,
  verification: Verification,
  options: VerifyOptions,
): Promise<Verification> {
  const {report, snapshot} = verification
  const failed = report.checks.some(({id, status}) => id === membersCheck && status === 'fail')
  if (!failed || !federation.gossip.encryption || (options.only ?? []).length > 0) return verification
  const {gossipKey, servers} = await observer.observe(new Set(['gossip-keys']))
  const views = Object.entries(snapshot.servers).map(([id, view]) => {
    const {gossipKeys, wanGossipKeys} = servers[id] ?? {}
    return [id, {...view, ...(gossipKeys ? {gossipKeys} : {}), ...(wanGossipKeys ? {wanGossipKeys} : {})}] as const
  })
  const asked = {
    ...snapshot,
    ...(gossipKey === undefined ? {} : {gossipKey}),
    ...(snapshot.observed ? {observed: [...snapshot.observed, 'gossip-keys' as const].sort()} : {}),
    servers: Object.fromEntries(views),
  }
  const next = verifySnapshot(federation, asked, options)
  return next.report.checks.some(({id, status}) => id === gossipCheck && status === 'fail') ? next : verification
}

/** Writes last, once nothing fails or no time is left, and only where somebody asked for it and there is something to learn. */
async function withWriteProbe(
  federation: Federation,
  verification: Verification,
  {writeProbe, ...options}: VerifyOptions,
): Promise<Verification> {
  const check = chosen(federation, {...options, also: [writeProbeCheck]}).find(({id}) => id === writeProbeCheck)
  const applies = check?.applies?.(federation) ?? true
  if (!check || !writeProbe || applies !== true || !verification.reachable) return verification
  return verifySnapshot(federation, {...verification.snapshot, roundtrip: await writeProbe()}, options)
}

/** Judges what was observed before, perhaps elsewhere. @throws FedctlError `usage` for a check or datacenter that there is not, and where no check is left. */
export function verifySnapshot(
  federation: Federation,
  snapshot: Snapshot,
  {datacenters = [], only = [], skip = []}: VerifyOptions = {},
): Verification {
  const withKeys = Object.values(snapshot.servers).some(({gossipKeys}) => gossipKeys !== undefined)
  const also = [
    ...(snapshot.soak ? ['wan.stable'] : []),
    ...(snapshot.roundtrip ? [writeProbeCheck] : []),
    ...(withKeys ? [gossipCheck] : []),
    ...(isPreflight(snapshot) ? catalogue.filter(({preflight}) => preflight === 'only').map(({id}) => id) : []),
  ]
  const checks = chosen(federation, {also, datacenters, only, skip})
  return {
    reachable: isPreflight(snapshot) || !nothingReachable(snapshot),
    report: runChecks(checks, federation, snapshot, {
      also: checks.map(({id}) => id),
      onlyObserved: true,
      suppressions: federation.suppressions,
      touching: datacenters,
    }),
    snapshot,
  }
}

function chosen(federation: Federation, {datacenters = [], ...selection}: VerifyOptions) {
  for (const name of datacenters) datacenterOf(federation, name)
  requireKnownChecks(federation, catalogue)
  const checks = selectChecks(catalogue, selection)
  if (checks.length > 0) return checks
  const named = catalogue.filter(({optIn}) => optIn).map(({id}) => id)
  throw new FedctlError('usage', '--only and --skip leave no check', {
    suggestions: ['name other checks', `of these each runs only where --only has its whole id: ${named.join(', ')}`],
  })
}
