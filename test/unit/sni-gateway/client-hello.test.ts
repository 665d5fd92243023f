import fc from 'fast-check'
import {beforeAll, describe, expect, it} from 'vitest'

import {longestHello, readServerName} from '../../../src/sni-gateway/client-hello.js'
import {capturedHello, recut} from './captured-hello.js'

const servername = 'dc1-s1.server.dc1.consul'
const alpn = ['consul/rpc-multi', 'consul/wan-gossip/packet']
const expected = {alpn, kind: 'name', name: servername}

describe('readServerName', () => {
  let hello: Buffer
  let oldHello: Buffer
  let nameless: Buffer

  beforeAll(async () => {
    ;[hello, oldHello, nameless] = await Promise.all([
      capturedHello({ALPNProtocols: alpn, servername}),
      capturedHello({ALPNProtocols: alpn, maxVersion: 'TLSv1.2', servername}),
      capturedHello({ALPNProtocols: alpn, servername: ''}),
    ])
  })

  it('reads server name and ALPN of a TLS 1.3 client', () => {
    expect(readServerName(hello)).toEqual(expected)
  })

  it('reads server name and ALPN of a TLS 1.2 client', () => {
    expect(readServerName(oldHello)).toEqual(expected)
  })

  it('reads a name without ALPN', async () => {
    expect(readServerName(await capturedHello({servername}))).toEqual({alpn: [], kind: 'name', name: servername})
  })

  it('gives the name in lower case', async () => {
    const upper = await capturedHello({servername: 'DC1-S1.Server.dc1.CONSUL'})
    expect(readServerName(upper)).toMatchObject({name: servername})
  })

  it('says that a ClientHello has no server name', () => {
    expect(readServerName(nameless)).toEqual({kind: 'no-name'})
  })

  it('says that a ClientHello without any extension has no server name', () => {
    const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32), Buffer.from([0, 0, 2, 0, 0x2f, 1, 0])])
    expect(readServerName(helloOf(body))).toEqual({kind: 'no-name'})
  })

  it('asks for more at every point before the end', () => {
    for (let length = 0; length < hello.length; length++) {
      expect(readServerName(hello.subarray(0, length))).toEqual({kind: 'more'})
    }
  })

  it('does not mind what follows the ClientHello', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 64}), (rest) => {
        expect(readServerName(Buffer.concat([hello, rest]))).toEqual(expected)
      }),
    )
  })

  it('reads a ClientHello however it is cut into records', () => {
    const sizes = fc.array(fc.integer({max: 120, min: 1}), {maxLength: 40})
    fc.assert(
      fc.property(sizes, (cuts) => {
        expect(readServerName(recut(hello, cuts))).toEqual(expected)
      }),
    )
  })

  it('reads a ClientHello of one byte to a record', () => {
    expect(
      readServerName(
        recut(
          hello,
          Array.from(hello, () => 1),
        ),
      ),
    ).toEqual(expected)
  })

  it('asks for more at every point of a ClientHello in several records', () => {
    const cut = recut(hello, [1, 2, 3, 50, 1])
    for (let length = 0; length < cut.length; length++) {
      expect(readServerName(cut.subarray(0, length))).toEqual({kind: 'more'})
    }
  })

  it('never throws, and never finds a name in random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 600}), (bytes) => {
        expect(readServerName(Buffer.from(bytes)).kind).not.toBe('name')
      }),
      {numRuns: 1000},
    )
  })

  it('never throws when any byte of a ClientHello is another one', () => {
    const place = fc.nat({max: hello.length - 1})
    fc.assert(
      fc.property(place, fc.integer({max: 255, min: 0}), (at, value) => {
        const changed = Buffer.from(hello)
        changed[at] = value
        expect(['more', 'name', 'no-name', 'not-tls', 'too-long']).toContain(readServerName(changed).kind)
      }),
      {numRuns: 2000},
    )
  })

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['an HTTP method cut short', Buffer.from('G')],
    ['SSL 2', Buffer.from([0x80, 0x2e, 0x01, 0x00, 0x02])],
    ['a PROXY protocol header', Buffer.from('PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n')],
    ["Consul's own type byte", Buffer.from([3])],
    ['an alert record', Buffer.from([21, 3, 3, 0, 2, 1, 0])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a record longer than TLS allows', Buffer.from([22, 3, 1, 0x40, 1])],
    ['a ServerHello', Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0])],
    ['another version of the protocol', Buffer.from([22, 4])],
  ])('refuses %s as early as it can be told', (_, bytes) => {
    expect(readServerName(bytes)).toEqual({kind: 'not-tls'})
  })

  it('refuses another record in the middle of a ClientHello', () => {
    const cut = Buffer.concat([recut(hello.subarray(0, 25), []), Buffer.from([21, 3, 3, 0, 2, 1, 0])])
    expect(readServerName(cut)).toEqual({kind: 'not-tls'})
  })

  it('refuses a ClientHello that announces more than is read', () => {
    const announced = Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0])
    announced.writeUIntBE(longestHello, 6, 3)
    expect(readServerName(announced)).toEqual({kind: 'more'})
    announced.writeUIntBE(longestHello + 1, 6, 3)
    expect(readServerName(announced)).toEqual({kind: 'too-long'})
  })

  it.each([
    ['an IP address type', [1, 0, 1, 0x61]],
    ['a length beyond its list', [0, 0, 9, 0x61]],
    ['a control character', [0, 0, 2, 0x61, 0x0a]],
    ['no letter at all', [0, 0, 0]],
  ])('refuses a server name with %s', (_, entry) => {
    const list = [0, entry.length, ...entry]
    const extension = [0, 0, 0, list.length, ...list]
    const body = [3, 3, ...Buffer.alloc(32), 0, 0, 2, 0, 0x2f, 1, 0, 0, extension.length, ...extension]
    expect(readServerName(helloOf(Buffer.from(body)))).toEqual({kind: 'not-tls'})
  })
})

/** A ClientHello with that body in one record. */
function helloOf(body: Buffer): Buffer {
  const head = Buffer.from([22, 3, 1, 0, 0, 1, 0, 0, 0])
  head.writeUInt16BE(body.length + 4, 3)
  head.writeUIntBE(body.length, 6, 3)
  return Buffer.concat([head, body])
}
