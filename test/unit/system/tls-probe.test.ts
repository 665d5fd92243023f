import {spawn} from 'node:child_process'
import {X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import {type AddressInfo, connect, createServer as createTcpServer, type Server} from 'node:net'
import {createServer, type TlsOptions, type TLSSocket} from 'node:tls'
import {afterEach, describe, expect, it} from 'vitest'

import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {loadCa} from '../../../src/pki/load-ca.js'
import {namesOf, type NamesRequest} from '../../../src/pki/names.js'
import {probeTls, type TlsProbe} from '../../../src/system/tls-probe.js'

const host = '127.42.0.5'
const serverName = 'dc1-s1.server.dc1.consul'
const now = new Date()
const pair = createCa({days: 30, domain: 'consul', now})
const ca = loadCa(pair, now)
const otherPair = createCa({days: 30, domain: 'consul', now})

function issue(request: Partial<NamesRequest>, from = ca, at = now) {
  const profile = namesOf({datacenter: 'dc1', domain: 'consul', kind: 'server', ...request})
  const {certPem, keyPem} = issueCertificate({ca: from, days: 10, now: at, profile})
  return {cert: certPem, key: keyPem}
}

const serverPair = issue({node: 'dc1-s1'})
const clientPair = issue({kind: 'cli'})

describe('probeTls', () => {
  const servers: Server[] = []

  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function listening(server: Server): Promise<number> {
    servers.push(server)
    server.listen(0, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** A server that wants a client certificate and answers `ping` with `pong`. */
  async function tlsServer(options: TlsOptions = {}, onSession: (socket: TLSSocket) => void = pong): Promise<number> {
    const wants = {ALPNProtocols: ['test/1'], ca: pair.certPem, rejectUnauthorized: true, requestCert: true}
    const server = createServer({...wants, ...serverPair, ...options}, onSession)
    server.on('tlsClientError', (_, socket) => socket.destroy())
    return listening(server)
  }

  function probe(port: number, overrides: Partial<TlsProbe> = {}) {
    const question = {isAnswered: (bytes: Buffer) => bytes.toString() === 'pong', send: Buffer.from('ping')}
    return probeTls({alpn: ['test/1'], ca: pair.certPem, ...clientPair, host, port, question, serverName, ...overrides})
  }

  it.each(['TLSv1.3', 'TLSv1.2'] as const)('finds a server that accepts the client, over %s', async (maxVersion) => {
    const result = await probe(await tlsServer({maxVersion}))
    expect(result).toMatchObject({alpn: 'test/1', protocol: maxVersion, status: 'ok'})
    expect(new X509Certificate(result.chain[0] ?? '').fingerprint256).toBe(
      new X509Certificate(serverPair.cert).fingerprint256,
    )
  })

  it('closes in order', async () => {
    const errors: Error[] = []
    let ended = 0
    const port = await tlsServer({}, (socket) => {
      pong(socket)
      socket.on('error', (error: Error) => errors.push(error)).on('end', () => ended++)
    })
    expect(await probe(port)).toMatchObject({status: 'ok'})
    expect({ended, errors}).toEqual({ended: 1, errors: []})
  })

  it.each(['TLSv1.3', 'TLSv1.2'] as const)(
    'sees that the server refuses a client of another CA over %s',
    async (maxVersion) => {
      const stranger = issue({kind: 'cli'}, loadCa(otherPair, now))
      const result = await probe(await tlsServer({maxVersion}), stranger)
      const stage = maxVersion === 'TLSv1.3' ? 'refused-after-handshake' : 'handshake'
      expect(result).toMatchObject({stage, status: 'failed'})
    },
  )

  it('sees the refusal without a question too, where it is asked to hold on', async () => {
    const port = await tlsServer()
    expect(await probeTls({alpn: ['test/1'], ca: pair.certPem, holdMs: 1000, host, port, serverName})).toMatchObject({
      chain: [expect.any(Buffer), expect.any(Buffer)] as unknown,
      stage: 'refused-after-handshake',
    })
  })

  it('is content with silence where there is no question', async () => {
    const port = await tlsServer({}, () => undefined)
    expect(
      await probeTls({alpn: ['test/1'], ca: pair.certPem, ...clientPair, holdMs: 30, host, port, serverName}),
    ).toMatchObject({
      status: 'ok',
    })
  })

  it('says what a certificate for another name is valid for, and shows it', async () => {
    const result = await probe(await tlsServer(issue({})))
    expect(result).toMatchObject({code: 'ERR_TLS_CERT_ALTNAME_INVALID', stage: 'verification', status: 'failed'})
    expect(result).toMatchObject({message: expect.stringContaining('DNS:server.dc1.consul') as string})
    expect(new X509Certificate(result.chain[0] ?? '').subjectAltName).toContain('server.dc1.consul')
  })

  it('accepts a wildcard for the node', async () => {
    expect(await probe(await tlsServer(issue({additionalDnsNames: ['*.server.dc1.consul']})))).toMatchObject({
      status: 'ok',
    })
  })

  it('does not count the common name, as Consul does not', async () => {
    const wanted = 'server.dc1.consul'
    const result = await probe(await tlsServer(issue({datacenter: 'dc2'})), {serverName: wanted})
    expect(result).toMatchObject({code: 'ERR_TLS_CERT_ALTNAME_INVALID'})
  })

  it('refuses a certificate of another CA, and shows it', async () => {
    const result = await probe(await tlsServer(), {ca: otherPair.certPem})
    expect(result).toMatchObject({
      message: 'the certificate was signed by another CA',
      stage: 'verification',
      status: 'failed',
    })
    expect(new X509Certificate(result.chain[0] ?? '').fingerprint256).toBe(
      new X509Certificate(serverPair.cert).fingerprint256,
    )
  })

  it('refuses a certificate that is not valid any more', async () => {
    const past = new Date(now.getTime() - 20 * 86_400_000)
    const oldPair = createCa({days: 100, domain: 'consul', now: past})
    const expired = issue({node: 'dc1-s1'}, loadCa(oldPair, past), past)
    const result = await probe(await tlsServer(expired), {ca: oldPair.certPem})
    expect(result).toMatchObject({code: 'CERT_HAS_EXPIRED', stage: 'verification'})
  })

  it('says that nobody listens', async () => {
    const port = await listening(createTcpServer())
    servers.pop()?.close()
    expect(await probe(port)).toMatchObject({
      chain: [],
      code: 'ECONNREFUSED',
      message: 'connection refused',
      stage: 'connect',
    })
  })

  it('says that a connection is closed before a certificate comes back, as by a gateway without a route', async () => {
    const port = await listening(createTcpServer((socket) => socket.destroy()))
    expect(await probe(port)).toMatchObject({code: 'closed', stage: 'handshake'})
  })

  it('says that something else than TLS answers', async () => {
    const port = await listening(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    expect(await probe(port)).toMatchObject({chain: [], stage: 'handshake', status: 'failed'})
  })

  it('gives up on a server that says nothing', async () => {
    const port = await listening(createTcpServer((socket) => socket.on('error', () => socket.destroy())))
    expect(await probe(port, {timeoutMs: 60})).toMatchObject({code: 'timeout', stage: 'handshake'})
  })

  it('gives up sooner where nobody takes the connection, and waits for one who is slow to answer', async () => {
    const silent = await listenerThatTakesNothing()
    try {
      const result = await probe(silent.port, {connectTimeoutMs: 100, timeoutMs: 60_000})
      expect(result).toMatchObject({
        code: 'timeout',
        message: 'nobody answers at that address within 100 ms',
        stage: 'connect',
      })
    } finally {
      silent.end()
    }
    const slow = await tlsServer({}, (socket) => {
      setTimeout(() => pong(socket), 150)
    })
    expect(await probe(slow, {connectTimeoutMs: 100})).toMatchObject({status: 'ok'})
  })

  it('gives up on a server that never answers the question', async () => {
    const port = await tlsServer({}, () => undefined)
    expect(await probe(port, {timeoutMs: 100})).toMatchObject({code: 'timeout', stage: 'refused-after-handshake'})
  })

  it('gives up on a server that sends without end, and keeps little of it', async () => {
    let longest = 0
    const port = await tlsServer({}, (socket) => {
      const send = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(8192, 'x')));
      }
      socket.on('error', () => undefined).on('drain', send)
      send()
    })
    const isAnswered = (bytes: Buffer) => {
      longest = Math.max(longest, bytes.length)
      return false
    }
    const result = await probe(port, {question: {isAnswered, send: Buffer.from('ping')}, timeoutMs: 60_000})
    expect(result).toMatchObject({code: 'no-answer', stage: 'refused-after-handshake'})
    expect(longest).toBeLessThan(64 * 1024)
  })

  it('sees a server that closes instead of answering', async () => {
    const port = await tlsServer({}, (socket) => socket.end())
    expect(await probe(port)).toMatchObject({code: 'closed', stage: 'refused-after-handshake'})
  })

  it('rejects as soon as it is cancelled', async () => {
    const port = await tlsServer({}, () => undefined)
    const cancelled = new AbortController()
    const result = probe(port, {signal: cancelled.signal})
    cancelled.abort(new Error('enough'))
    await expect(result).rejects.toThrow('enough')
    await expect(probe(port, {signal: cancelled.signal})).rejects.toThrow('enough')
  })
})

/** Another process, which listens and then stands still; its queue is full, so that the kernel answers no further attempt. */
async function listenerThatTakesNothing(): Promise<{end: () => void; port: number}> {
  const script = `const server = require('node:net').createServer().listen({backlog: 1, host: '${host}', port: 0}, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const child = spawn(process.execPath, ['-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  const inQueue = Array.from({length: 8}, () => connect({host, port}).on('error', () => undefined))
  await once(inQueue[0] ?? child, 'connect')
  return {
    end() {
      for (const socket of inQueue) socket.destroy()
      child.kill('SIGKILL')
    },
    port,
  }
}

function pong(socket: TLSSocket): void {
  socket.on('error', () => socket.destroy())
  socket.once('data', () => socket.write('pong'))
}
