import {once} from 'node:events'
import type {Socket} from 'node:net'
import {gzipSync} from 'node:zlib'

import {afterEach, describe, expect, it} from 'vitest'

import {tokenSelf} from '../../../src/consul/api.js'
import {ConsulClient} from '../../../src/consul/client.js'
import {answerWith, dripWith, floodWith, type HostileServer, hostileServer} from './hostile-server.js'

const token = '5a5f6c2e-0000-4000-8000-5ec2e75ec2e7'
const open: {close: () => Promise<void>}[] = []

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close()
})

async function against(behave: (socket: Socket) => void): Promise<{client: ConsulClient; server: HostileServer}> {
  const server = await hostileServer(behave)
  const client = new ConsulClient({token, url: server.url})
  open.push({close: () => client.close()}, server)
  return {client, server}
}

const ok = 'HTTP/1.1 200 OK\r\n'
const long = `${ok}content-length: 200000000\r\n\r\n`
const megabyte = ' '.repeat(1024 * 1024)

describe('an agent that is none, or is not well', () => {
  it.each<[what: string, behave: (socket: Socket) => void, kind: string, words: RegExp]>([
    ['says nothing', () => undefined, 'timeout', /no answer in time$/],
    ['drips a body', dripWith(long, '['), 'timeout', /no answer in time$/],
    ['drips headers', dripWith(ok, 'a: b\r\n'), 'timeout', /no answer in time$/],
    [
      'leaves a chunked body open',
      dripWith(`${ok}transfer-encoding: chunked\r\n\r\n`, ''),
      'timeout',
      /no answer in time$/,
    ],
    [
      'ends in the middle',
      (s) => s.end(`${ok}content-length: 99\r\n\r\n[1,`),
      'unreachable',
      /closed before the whole answer/,
    ],
    ['hangs up', (s) => s.destroy(), 'unreachable', /closed before the whole answer/],
    [
      'sends headers without end',
      floodWith(ok, `a: ${'b'.repeat(1000)}\r\n`),
      'malformed',
      /headers of the answer are too long$/,
    ],
    ['sends a body without end', floodWith(long, megabyte), 'malformed', /too long to be one of Consul$/],
    ['sends an error without end', floodWith(long.replace('200 OK', '500 X'), megabyte), 'malformed', /too long/],
    ['speaks SSH', (s) => s.end('SSH-2.0-OpenSSH\r\n'), 'malformed', /protocol/],
    ['speaks TLS', (s) => s.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40])), 'malformed', /protocol/],
    ['has a status that is none', answerWith('000 X', ''), 'malformed', /the answer is not HTTP$/],
    [
      'has two lengths',
      (s) => s.end(`${ok}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
      'malformed',
      /longer or shorter/,
    ],
    ['sends a page', answerWith('200 OK', '<html>'), 'malformed', /the answer is not JSON$/],
    [
      'sends an error page',
      answerWith('404 Not Found', '<!DOCTYPE html><p>nginx'),
      'malformed',
      /an HTML page \(404\), which is not Consul's$/,
    ],
    ['is overloaded', answerWith('429 Too Many Requests', 'slow down'), 'refused', /429 slow down$/],
    ['has an empty error', answerWith('502 Bad Gateway', ''), 'refused', /: 502$/],
    ['writes to the terminal', answerWith('500 X', 'a\u001B[2J\r\nb\u202Ec'), 'refused', /: 500 a b c$/],
  ])('is told in words where it %s', async (_, behave, kind, words) => {
    const {client} = await against(behave)
    await expect(client.send('/v1/x', {timeoutMs: kind === 'timeout' ? 400 : 20_000})).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(words) as string,
    })
  })

  it.each<[what: string, behave: (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    ['drips a body', dripWith(long, '[')],
  ])('loses the connection at once where it %s in time', async (_, behave) => {
    let closed: Promise<unknown> | undefined
    const {client} = await against((socket) => {
      closed = once(socket, 'close')
      behave(socket)
    })
    await expect(client.send('/v1/x', {timeoutMs: 200})).rejects.toMatchObject({kind: 'timeout'})
    await closed
  })

  it('does not get what was cancelled while it waited for a connection', async () => {
    const {client, server} = await against(() => undefined)
    const hanging = Array.from({length: 16}, (_, n) => client.send(`/v1/${n}`, {timeoutMs: 500}))
    const controller = new AbortController()
    const cancelled = client.send('/v1/cancelled', {signal: controller.signal})
    await expect.poll(() => server.requests.length).toBe(16)
    controller.abort(new Error('cancelled'))
    await expect(cancelled).rejects.toThrow('cancelled')
    await Promise.allSettled(hanging)
    await expect(client.send('/v1/next', {timeoutMs: 500})).rejects.toMatchObject({kind: 'timeout'})
    expect(server.requests.join()).toContain('/v1/next')
    expect(server.requests.join()).not.toContain('/v1/cancelled')
  })

  it('is not followed to another server, which would get the token', async () => {
    const other = await against(answerWith('200 OK', '{}'))
    const {client, server} = await against(answerWith('307 Temporary', '', [`location: ${other.server.url}/v1/x`]))
    await expect(client.send('/v1/x')).rejects.toMatchObject({
      kind: 'malformed',
      message: `GET ${server.url}/v1/x: a redirect (307) to ${other.server.url}/v1/x, which is not followed`,
    })
    expect(server.requests.join()).toContain(token)
    expect(other.server.requests).toEqual([])
  })

  it('is not quoted with the token where it puts that into a redirect', async () => {
    const {client} = await against(answerWith('302 Found', '', [`location: https://sso.example/?t=${token}`]))
    const error: unknown = await client.send('/v1/x').catch((reason: unknown) => reason)
    expect(String(error)).toContain('https://sso.example/?t=')
    expect(String(error)).not.toContain(token)
  })

  it('cannot make a small answer a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '))
    const {client} = await against((socket) => {
      socket.write(`${ok}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
      socket.end(bomb)
    })
    await expect(client.send('/v1/x')).rejects.toMatchObject({kind: 'malformed'})
  })

  it('tells nothing with headers that make no sense', async () => {
    const headers = [
      'x-consul-index: -5',
      'x-consul-index: 1e999',
      'date: soon',
      'x-consul-results-filtered-by-acls: maybe',
    ]
    const {client} = await against(answerWith('200 OK', '{}', headers))
    expect(await client.send('/v1/x')).toEqual({body: {}, date: undefined, filtered: false, index: undefined})
  })

  it('is understood in HTTP 1.0, and with an empty answer', async () => {
    const old = await against((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{"a":1}'))
    expect(await old.client.request('/v1/x')).toEqual({a: 1})
    const empty = await against((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    expect(await empty.client.request('/v1/x')).toBeUndefined()
  })

  it.each(['null', '[]', '{}', '"x"', '5', '', '{"AccessorID":"a","SecretID":5}'])(
    'is not believed where it answers %s to the question for a token, and is not quoted',
    async (body) => {
      const {client} = await against(answerWith('200 OK', body))
      await expect(tokenSelf(client)).rejects.toMatchObject({
        code: 'consul.unreachable',
        kind: 'malformed',
        message: expect.stringContaining('/v1/acl/token/self: the answer has another shape than expected (') as string,
      })
    },
  )
})
