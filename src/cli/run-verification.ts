import {type Verification, verify, verifySnapshot, type VerifyOptions} from '../checks/verify.js'
import {catalogue} from '../checks/catalogue.js'
import {idleSuppressions} from '../checks/suppressions.js'
import {type Credentials, openClient} from '../consul/access.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {serversOf} from '../federation/selectors.js'
import type {Secrets} from '../federation/secrets.js'
import type {Snapshot} from '../observe/snapshot.js'
import {openObserver} from '../observe/observer.js'
import {observePreflight} from '../observe/preflight/preflight.js'
import {loadSnapshot, requirePlaceFor, saveSnapshot} from '../observe/saved-snapshot.js'
import {probeTokenRoundtrip} from '../observe/token-roundtrip.js'
import type {Ports} from '../system/ports.js'
import {parseDuration} from './duration.js'
import {pasteReady} from './paste-ready.js'
import {withProgress} from './progress-line.js'
import {sayWhoseToken} from './whose-token.js'

/** Milliseconds: what the last of a start or of a restart was seen to take where all else worked. */
const settleMs = 10_000

/** The flags of `fedctl verify` that say what is looked at. */
export interface VerificationRequest {
  readonly dc?: readonly string[] | undefined
  readonly 'fail-on': 'error' | 'warning'
  readonly fedctlVersion: string
  readonly full: boolean
  loadSecrets(): Promise<Secrets>
  readonly only?: readonly string[] | undefined
  readonly preflight: boolean
  readonly quiet?: boolean | undefined
  readonly 'save-snapshot'?: string | undefined
  readonly skip?: readonly string[] | undefined
  /** Such as `60s`. */
  readonly soak?: string | undefined
  readonly snapshot?: string | undefined
  /** Such as `5m`. */
  readonly wait?: string | undefined
  readonly 'write-probes': boolean
}

/** What `fedctl verify` has found out. */
export interface VerificationRun extends Verification {
  /** Why the snapshot could not be saved, to be said after the report. */
  readonly unsaved?: FedctlError
}

/**
 * Judges a snapshot from a file, or looks at the federation with the tokens that the federation file, the environment or the workspace name.
 * @throws FedctlError `usage`, `snapshot.invalid`, `file.unreadable` or `file.unwritable`.
 */
export async function runVerification(
  federation: Federation,
  ports: Ports,
  request: VerificationRequest,
): Promise<VerificationRun> {
  const options = optionsOf(request)
  if (request['save-snapshot'] !== undefined) await requirePlaceFor(request['save-snapshot'])
  const verification = request.preflight
    ? await preflight(federation, ports, request, options)
    : request.snapshot === undefined
      ? await showingProgress(federation, ports, request, options)
      : verifySnapshot(federation, await loadSnapshot(request.snapshot), options)
  for (const line of idleSuppressions(federation, catalogue, verification.snapshot.startedAt)) ports.talk(line)
  const unsaved = await tryToSave(verification.snapshot, request['save-snapshot'])
  return {
    ...verification,
    report: await pasteReady(verification.report, federation, ports),
    ...(unsaved ? {unsaved} : {}),
  }
}

async function showingProgress(
  federation: Federation,
  ports: Ports,
  request: VerificationRequest,
  options: VerifyOptions,
): Promise<Verification> {
  const work = (above: Ports) => observeAndVerify(federation, above, request, options)
  return request.quiet ? work(ports) : withProgress(progressText(federation, request), ports, work)
}

function progressText(federation: Federation, {soak, wait}: VerificationRequest): string {
  const servers = serversOf(federation).length
  const limits = [
    ...(soak === undefined ? [] : [`watching for ${soak}`]),
    ...(wait === undefined ? [] : [`waiting up to ${wait}`]),
  ]
  return [`asking ${servers} ${servers === 1 ? 'server' : 'servers'}`, ...limits].join(', ')
}

/** What was found out is worth its report also where the disk is full. @returns Why it could not be saved. */
async function tryToSave(snapshot: Snapshot, path: string | undefined): Promise<FedctlError | undefined> {
  if (path === undefined) return undefined
  try {
    await saveSnapshot(snapshot, path)
    return undefined
  } catch (error) {
    if (error instanceof FedctlError) return error
    throw error
  }
}

/** Asks no agent: there need be none. */
async function preflight(
  federation: Federation,
  ports: Ports,
  request: VerificationRequest,
  options: VerifyOptions,
): Promise<Verification> {
  const snapshot = await observePreflight(federation, await request.loadSecrets(), ports, request.fedctlVersion)
  return verifySnapshot(federation, snapshot, options)
}

async function observeAndVerify(
  federation: Federation,
  ports: Ports,
  request: VerificationRequest,
  options: VerifyOptions,
): Promise<Verification> {
  const credentials = {env: ports.env, roles: ['verifier', 'management'] as const, secrets: await request.loadSecrets()}
  await requireReadable(federation, credentials)
  sayWhoseToken(federation, credentials.secrets, ports)
  const observer = openObserver(federation, credentials, ports, {fedctlVersion: request.fedctlVersion})
  try {
    return await verify(federation, observer, ports, {
      ...options,
      settleMs,
      ...(request['write-probes'] ? {writeProbe: () => probeTokenRoundtrip(federation, credentials, ports)} : {}),
    })
  } finally {
    await observer.close()
  }
}

/** A token or certificate that cannot be read is a fault here, not one of the servers. */
async function requireReadable(federation: Federation, credentials: Credentials): Promise<void> {
  for (const {api} of serversOf(federation)) await (await openClient(api, credentials)).close()
}

function optionsOf(request: VerificationRequest): VerifyOptions {
  const {dc = [], 'fail-on': failOn, full, only = [], skip = [], soak = '0', wait = '0'} = request
  return {datacenters: dc, failOn, full, only, skip, soakMs: parseDuration(soak), waitMs: parseDuration(wait)}
}
