/** What the first bytes of a connection say. `more`: they are the beginning of a ClientHello, and the rest is not there yet. */
export type ServerName =
  | {readonly kind: 'more'}
  | {readonly kind: 'name'; readonly alpn: readonly string[]; readonly name: string}
  | {readonly kind: 'no-name'}
  | {readonly kind: 'not-tls'}
  | {readonly kind: 'too-long'}

/** Longest ClientHello that is read, in bytes. Consul's is about 300; with post-quantum key shares one has about 1800. */
export const longestHello = 32 * 1024

const handshakeRecord = 22
const clientHello = 1
const longestRecord = 16 * 1024
const serverNameExtension = 0
const alpnExtension = 16
const hostName = 0

/**
 * Reads server name (lower case) and ALPN from the first bytes that a TLS client sends, however they are cut into records (RFC 8446 §4.1.2 and §5.1,
 * RFC 6066 §3). Nothing is verified: a gateway passes on, it does not answer. Never throws; what is not a ClientHello is told as early as possible.
 */
export function readServerName(bytes: Buffer): ServerName {
  const message = handshakeBytes(bytes)
  if (message.kind === 'not-tls') return message
  const {fragment} = message
  if (fragment.length > 0 && fragment[0] !== clientHello) return {kind: 'not-tls'}
  if (fragment.length < 4) return {kind: 'more'}
  const length = fragment.readUIntBE(1, 3)
  if (length > longestHello) return {kind: 'too-long'}
  if (fragment.length < 4 + length) return {kind: 'more'}
  return readHello(new Reader(fragment.subarray(4, 4 + length)))
}

/**
 * The payload of the handshake records that are there, joined; a record that is cut off counts as far as it goes.
 * Records after the whole ClientHello are not looked at: they may be of any type.
 */
function handshakeBytes(bytes: Buffer): {kind: 'not-tls'} | {fragment: Buffer; kind: 'records'} {
  const fragment = Buffer.alloc(bytes.length)
  let joined = 0
  for (let at = 0; at < bytes.length;) {
    if (!startsHandshakeRecord(bytes.subarray(at, at + 5))) return {kind: 'not-tls'}
    if (bytes.length - at < 5) break
    const end = at + 5 + bytes.readUInt16BE(at + 3)
    joined += bytes.copy(fragment, joined, at + 5, end)
    if (joined >= 4 && joined >= 4 + fragment.readUIntBE(1, 3)) break
    at = end
  }
  return {fragment: fragment.subarray(0, joined), kind: 'records'}
}

/** Whether the first bytes of a record header, as far as they are there, may be those of a handshake record of SSL 3 to TLS 1.3. */
function startsHandshakeRecord(header: Buffer): boolean {
  const [type, major, , high, low] = header
  if (type !== handshakeRecord || (major ?? 3) !== 3) return false
  if (high === undefined || low === undefined) return true
  const length = high * 256 + low
  return length > 0 && length <= longestRecord
}

function readHello(hello: Reader): ServerName {
  hello.take(2 + 32)
  hello.vector(1)
  hello.vector(2)
  hello.vector(1)
  if (hello.failed) return {kind: 'not-tls'}
  if (hello.atEnd) return {kind: 'no-name'}
  const extensions = readExtensions(hello.vector(2))
  if (hello.failed || !hello.atEnd || !extensions) return {kind: 'not-tls'}
  const {alpn = [], name} = extensions
  return name === undefined ? {kind: 'no-name'} : {alpn, kind: 'name', name}
}

interface Extensions {
  alpn?: string[]
  name?: string
}

/** @returns Undefined where they are not well formed. */
function readExtensions(list: Reader): Extensions | undefined {
  const found: Extensions = {}
  while (!list.atEnd && !list.failed) {
    const type = list.number(2)
    const body = list.vector(2)
    if (type === serverNameExtension && found.name === undefined) {
      const name = readHostName(body)
      if (name === undefined) return undefined
      found.name = name
    }
    if (type === alpnExtension && !found.alpn) {
      const alpn = readProtocols(body)
      if (!alpn) return undefined
      found.alpn = alpn
    }
  }
  return list.failed ? undefined : found
}

function readHostName(body: Reader): string | undefined {
  const names = body.vector(2)
  const type = names.number(1)
  const name = names.vector(2).rest().toString('latin1')
  if (names.failed || type !== hostName || !/^[\x21-\x7e]{1,255}$/.test(name)) return undefined
  return name.toLowerCase()
}

function readProtocols(body: Reader): string[] | undefined {
  const list = body.vector(2)
  const protocols: string[] = []
  while (!list.atEnd && !list.failed) protocols.push(list.vector(1).rest().toString('latin1'))
  return list.failed || body.failed ? undefined : protocols
}

/** Reads forwards through bytes. Reading past the end yields nothing and sets `failed`. */
class Reader {
  failed = false
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.at === this.bytes.length
  }

  number(width: 1 | 2): number {
    const bytes = this.take(width)
    return this.failed ? 0 : bytes.readUIntBE(0, width)
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.at)
  }

  take(count: number): Buffer {
    if (this.failed || this.at + count > this.bytes.length) {
      this.failed = true
      return Buffer.alloc(0)
    }
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  /** A vector with its length in front, in `width` bytes. */
  vector(width: 1 | 2): Reader {
    const length = this.number(width)
    const inner = new Reader(this.take(length))
    inner.failed = this.failed
    return inner
  }
}
