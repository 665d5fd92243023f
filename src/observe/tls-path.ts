import {probeServer} from '../gateway/probe-server.js'
import type {TlsProbeFailure} from '../system/tls-probe.js'
import {answered, failed, failedBy} from './answer.js'
import type {ProbeIdentity} from './probe-trust.js'
import type {Round} from './round.js'
import type {Answer, CertificateFacts} from './snapshot.js'

/** Where a TLS connection is to lead. */
export interface TlsPath {
  readonly host: string
  readonly port: number
  readonly serverName: string
}

export interface TlsPathOptions extends Pick<Round, 'cancelled' | 'deadline' | 'probeTimeoutMs' | 'turns'> {
  readonly identity: ProbeIdentity
}

export interface TlsPathOutcome {
  readonly answer: Answer<{readonly certificate: CertificateFacts; readonly ms: number}>
  /** Whether somebody took the TCP connection. */
  readonly connected: boolean
  /** What was presented, also where it is not acceptable. */
  readonly presented?: CertificateFacts
}

/** Opens one connection as a Consul server would, with the probe certificate, and lets the other side show that it accepts it. */
export async function probePath(path: TlsPath, options: TlsPathOptions): Promise<TlsPathOutcome> {
  const {cancelled, deadline, identity, probeTimeoutMs, turns} = options
  const {ca, cert, context, key} = identity
  try {
    const dial = () =>
      probeServer({
        ...path,
        ca,
        cert,
        context,
        key,
        // One of its own: each probe listens to it, and many listeners on one signal earn a warning.
        signal: AbortSignal.any([cancelled, deadline]),
        ...(probeTimeoutMs === undefined ? {} : {timeoutMs: probeTimeoutMs}),
      })
    const probe = await (turns ? turns.probes(dial) : dial())
    const connected = probe.status === 'ok' || probe.stage !== 'connect'
    const presented = probe.chain.length > 0 ? identity.factsOf(probe.chain) : undefined
    const shown = presented ? {presented} : {}
    if (probe.status === 'failed') return {answer: failureOf(probe, path), connected, ...shown}
    if (!presented) return {answer: failed('tls', `${nameOf(path)}: no certificate came back`), connected}
    return {answer: answered({certificate: presented, ms: probe.ms}), connected, presented}
  } catch (error) {
    cancelled.throwIfAborted()
    if (deadline.aborted) {
      const message = `${nameOf(path)}: not done before the time for all questions together was over`
      return {answer: failed('timeout', message), connected: false}
    }
    return {answer: failedBy(error), connected: true}
  }
}

function failureOf({code, message, stage}: TlsProbeFailure, path: TlsPath): Answer<never> {
  const kind = code === 'timeout' ? 'timeout' : stage === 'connect' ? 'unreachable' : 'tls'
  return failed(kind, `${nameOf(path)}: ${message}`)
}

function nameOf(path: TlsPath): string {
  return `TLS to ${dialledAddress(path)} for ${path.serverName}`
}

/** `host:port`, an IPv6 address in brackets. */
export function dialledAddress({host, port}: Pick<TlsPath, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
