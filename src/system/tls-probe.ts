import type {X509Certificate} from 'node:crypto'
import {connect, createSecureContext, type DetailedPeerCertificate, type SecureContext, type TLSSocket} from 'node:tls'

export interface TlsProbe {
  /** Protocols to offer, the one wanted most first. */
  readonly alpn: readonly string[]
  /** PEM. The only authorities that are trusted. */
  readonly ca: Buffer | string
  /** PEM of the client's certificate and key, where the server wants one. */
  readonly cert?: Buffer | string
  /** Milliseconds for somebody to take the connection. Default 2000. */
  readonly connectTimeoutMs?: number
  /** What `probeContext` has made of `ca`, `cert` and `key`, where many probes have the same: reading them takes as long as a handshake. */
  readonly context?: SecureContext
  /**
   * Milliseconds to wait for a refusal where there is no question. Default 150. In TLS 1.3 the client is done before the server has looked at
   * its certificate, so a handshake alone does not show that the client is accepted.
   */
  readonly holdMs?: number
  readonly host: string
  readonly key?: Buffer | string
  readonly port: number
  /** Bytes that an accepted client is answered: the proof that needs no waiting. */
  readonly question?: {
    /** Whether everything that came back so far is an answer. */
    readonly isAnswered: (bytes: Buffer) => boolean
    readonly send: Uint8Array
  }
  /** Sent as SNI, and verified in the certificate of the server. */
  readonly serverName: string
  readonly signal?: AbortSignal
  /** Milliseconds for everything. Default 5000. */
  readonly timeoutMs?: number
}

/**
 * Where a probe failed. `connect`: nobody took the connection. `handshake`: no TLS session came to be. `verification`: the server's certificate is not
 * acceptable. `refused-after-handshake`: the server did not accept the client.
 */
export type TlsProbeStage = 'connect' | 'handshake' | 'refused-after-handshake' | 'verification'

export type TlsProbeResult = TlsProbeSuccess | TlsProbeFailure

export interface TlsProbeSuccess {
  readonly alpn: string | undefined
  /** DER. The server's own certificate first, then its issuers, those from `ca` included. */
  readonly chain: readonly Buffer[]
  readonly ms: number
  /** Such as `TLSv1.3`. */
  readonly protocol: string
  readonly status: 'ok'
}

export interface TlsProbeFailure {
  /** What the server presented, as far as it came to that. */
  readonly chain: readonly Buffer[]
  /** Of the system (`ECONNREFUSED`) or of OpenSSL (`CERT_HAS_EXPIRED`), `closed`, or `timeout`. */
  readonly code: string
  readonly message: string
  readonly ms: number
  readonly stage: TlsProbeStage
  readonly status: 'failed'
}

/** @throws What Node throws for unusable PEM. */
export function probeContext({ca, cert, key}: Pick<TlsProbe, 'ca' | 'cert' | 'key'>): SecureContext {
  return createSecureContext({
    allowPartialTrustChain: true,
    ca,
    ...(cert === undefined ? {} : {cert}),
    ...(key === undefined ? {} : {key}),
  })
}

const defaultConnectTimeoutMs = 2000
const defaultTimeoutMs = 5000
const defaultHoldMs = 150
const closeWithinMs = 250
/** Bytes. What is longer is no answer, whoever sends it. */
const longestAnswer = 16 * 1024
const noAnswer = 'the server sends something else than an answer'

/**
 * Opens one TLS connection, verifies the server completely, makes sure that the server accepts the client, and closes in order, so that nothing is left in
 * the server's log. Whatever the network does is a result.
 * @throws The reason of `signal` once it is aborted, and what Node throws for unusable PEM.
 */
export async function probeTls(probe: TlsProbe): Promise<TlsProbeResult> {
  const {alpn, context, host, port, serverName, signal, timeoutMs = defaultTimeoutMs} = probe
  signal?.throwIfAborted()
  const started = performance.now()
  const socket = connect({
    ALPNProtocols: [...alpn],
    host,
    port,
    // What is wrong is to be told, not to end the connection: `verify` judges.
    checkServerIdentity: () => undefined,
    rejectUnauthorized: false,
    secureContext: context ?? probeContext(probe),
    servername: serverName,
  })
  // Node makes an object of the whole chain for `checkServerIdentity`, at half the cost of a handshake.
  socket.getPeerCertificate = nothingPresented
  const onAbort = () => socket.destroy()
  signal?.addEventListener('abort', onAbort, {once: true})
  try {
    const {shown, trouble} = await outcomeOf(socket, probe, timeoutMs)
    signal?.throwIfAborted()
    const ms = Math.round(performance.now() - started)
    if (shown.chain.length > 0) await closeInOrder(socket)
    return trouble ? {...trouble, chain: shown.chain, ms, status: 'failed'} : {...shown, ms, status: 'ok'}
  } finally {
    signal?.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

type Trouble = Pick<TlsProbeFailure, 'code' | 'message' | 'stage'>
type Shown = Pick<TlsProbeSuccess, 'alpn' | 'chain' | 'protocol'>

interface Outcome {
  /** What the server presented, as far as it came to that. */
  readonly shown: Shown
  /** Undefined once the server has shown that it accepts the client. */
  readonly trouble: Trouble | undefined
}

function outcomeOf(socket: TLSSocket, probe: TlsProbe, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    let stage: TlsProbeStage = 'connect'
    let answer: Buffer = Buffer.alloc(0)
    let shown: Shown = {alpn: undefined, chain: [], protocol: ''}
    const giveUpAfter = (ms: number) => setTimeout(() => settle({code: 'timeout', message: late(stage, ms), stage}), ms)
    const connecting = giveUpAfter(Math.min(probe.connectTimeoutMs ?? defaultConnectTimeoutMs, timeoutMs))
    const timers = [connecting, giveUpAfter(timeoutMs)]
    const settle = (trouble: Trouble | undefined) => {
      timers.forEach((timer) => clearTimeout(timer))
      resolve({shown, trouble})
    }
    socket.once('connect', () => {
      clearTimeout(connecting)
      stage = 'handshake'
    })
    socket.once('secureConnect', () => {
      stage = 'refused-after-handshake'
      // Now: a socket that is closed does not know it any more.
      const leaf = socket.getPeerX509Certificate()
      shown = {alpn: socket.alpnProtocol || undefined, chain: chainOf(leaf), protocol: socket.getProtocol() ?? ''}
      const trouble = verify(socket, leaf, probe.serverName)
      if (trouble) settle(trouble)
      else if (probe.question) socket.write(probe.question.send)
      else timers.push(setTimeout(() => settle(undefined), probe.holdMs ?? defaultHoldMs))
    })
    socket.on('data', (bytes: Buffer) => {
      if (!probe.question || answer.length > longestAnswer) return
      answer = Buffer.concat([answer, bytes])
      if (probe.question.isAnswered(answer)) settle(undefined)
      else if (answer.length > longestAnswer) settle({code: 'no-answer', message: noAnswer, stage})
    })
    socket.on('error', (error: Error) => settle({...describe(error, stage), stage}))
    for (const ending of ['end', 'close']) {
      socket.once(ending, () => settle({code: 'closed', message: closedIn(stage), stage}))
    }
  })
}

/** The chain against `ca`, with purpose and validity, as OpenSSL has judged it; then the name. The common name counts for nothing, as in Go. */
function verify(socket: TLSSocket, leaf: X509Certificate | undefined, serverName: string): Trouble | undefined {
  const stage = 'verification'
  if (!leaf) return {code: 'no-certificate', message: 'the server presents no certificate', stage}
  if (!socket.authorized) {
    // Typed as an error, and a code in fact.
    const code = String(socket.authorizationError)
    return {code, message: verificationMessages[code] ?? `the certificate cannot be verified: ${code}`, stage}
  }
  if (leaf.checkHost(serverName, {subject: 'never'}) !== undefined) return undefined
  const names = leaf.subjectAltName ?? 'no name'
  return {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    message: `the certificate is not valid for ${serverName}, but for ${names}`,
    stage,
  }
}

const verificationMessages: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed, and not by the CA',
  INVALID_PURPOSE: 'the certificate is not allowed to serve (extended key usage serverAuth)',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate was signed by another CA',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate was signed by another CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate was signed by another CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate was signed by another CA',
}

const noRoute = {EHOSTUNREACH: 'no route to that host', ENETUNREACH: 'no route to that network'} as const

/** Whether the message of a failed probe says that no route leads there, where a refusal would come from somebody. */
export function saysNoRoute(message: string): boolean {
  return Object.values(noRoute).some((text) => message.endsWith(text))
}

const noHandshake = 'the TLS handshake did not end'

/** Whether the message of a failed probe says that somebody took the connection, and nothing came of it. */
export function saysNoHandshake(message: string): boolean {
  return message.includes(noHandshake)
}

const connectMessages: Readonly<Record<string, string>> = {
  ...noRoute,
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host name',
  ETIMEDOUT: 'nobody answers at that address',
}

/** A connection that ends in the handshake reaches Node as ECONNRESET, whether it was reset or closed. */
function describe(error: Error, stage: TlsProbeStage): {code: string; message: string} {
  const {code = 'unknown', reason} = error as NodeJS.ErrnoException & {reason?: string}
  if (stage !== 'connect' && (code === 'ECONNRESET' || code === 'EPIPE'))
    return {code: 'closed', message: closedIn(stage)}
  const [, alert] = /^(?:sslv3|tlsv1(?:\.\d)?) alert (.+)$/.exec(reason ?? '') ?? []
  if (alert) return {code, message: `the server refused with the TLS alert "${alert}"`}
  return {code, message: connectMessages[code] ?? (reason || error.message || code)}
}

function closedIn(stage: TlsProbeStage): string {
  return stage === 'refused-after-handshake'
    ? 'the server closed the connection after the handshake'
    : 'the connection was closed before a certificate came back'
}

function late(stage: TlsProbeStage, timeoutMs: number): string {
  const what = {
    connect: 'nobody answers at that address',
    handshake: noHandshake,
    'refused-after-handshake': 'the server did not answer after the handshake',
    verification: 'the certificate was not verified',
  }[stage]
  return `${what} within ${timeoutMs} ms`
}

function nothingPresented(): DetailedPeerCertificate {
  return {} as DetailedPeerCertificate
}

/** A root is its own issuer. */
function chainOf(leaf: X509Certificate | undefined): Buffer[] {
  const chain: Buffer[] = []
  let next = leaf
  while (next && !chain.some((known) => known.equals(next?.raw ?? known))) {
    chain.push(next.raw)
    next = next.issuerCertificate
  }
  return chain
}

/** Says goodbye and waits a little for the other side to do so. An abrupt end leaves an error in the log of a Consul server. */
async function closeInOrder(socket: TLSSocket): Promise<void> {
  if (socket.destroyed) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, closeWithinMs)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.end()
  })
}
