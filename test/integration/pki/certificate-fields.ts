import {createHash, X509Certificate} from 'node:crypto'

/** One value of DER: its tag, its content, and both with the length between them. */
interface Value {
  readonly content: Buffer
  readonly tag: number
  readonly whole: Buffer
}

const subjectKeyId = '0603551d0e'
const authorityKeyId = '0603551d23'

/**
 * Everything that a certificate says, read from its DER by hand, except what differs between any two certificates: key, serial number,
 * dates and signature. Key ids are told by what they are made of, the serial number in a name by the words `<serial>`.
 */
export function certificateFields(pem: string) {
  const {publicKey, raw} = new X509Certificate(pem)
  const [tbs, outerAlgorithm, signature, ...more] = values(one(raw).content)
  if (!tbs || !outerAlgorithm || !signature) throw new Error('this is no certificate')
  const [version, serial, algorithm, issuer, validity, subject, spki, extensions, ...rest] = values(tbs.content)
  if (!serial || !issuer || !validity || !subject || !spki || !extensions) throw new Error('this is no certificate')
  const ownId = createHash('sha256').update(spki.whole).digest()
  const serialText = BigInt(`0x${serial.content.toString('hex')}`).toString()
  const dates = values(validity.content)
  return {
    dates: dates.map(({tag}) => tag),
    days: days(dates),
    extensions: values(one(extensions.content).content).map((extension) => extensionFields(extension, ownId)),
    issuer: nameFields(issuer, serialText),
    keyAlgorithm: values(spki.content)[0]?.whole.toString('hex'),
    keySize: publicKey.asymmetricKeyDetails?.namedCurve,
    leftover: [...more, ...rest].map(({whole}) => whole.toString('hex')),
    outerAlgorithm: outerAlgorithm.whole.toString('hex'),
    serialTag: serial.tag,
    signatureTag: signature.tag,
    signatureUnusedBits: signature.content[0],
    subject: nameFields(subject, serialText),
    tags: [version, serial, algorithm, issuer, validity, subject, spki, extensions].map((value) => value?.tag),
    tbsAlgorithm: algorithm?.whole.toString('hex'),
    version: version?.whole.toString('hex'),
  }
}

/** Object identifier, criticality and content of an extension, byte for byte but for ids of this certificate's own key. */
function extensionFields(extension: Value, ownId: Buffer): string[] {
  return values(extension.content).map(({whole}, index, parts) => {
    const hex = whole.toString('hex')
    const id = parts[0]?.whole.toString('hex')
    const ofKey = index > 0 && (id === subjectKeyId || id === authorityKeyId)
    return ofKey ? hex.replace(ownId.toString('hex'), '<SHA-256 of its key>') : hex
  })
}

/** The steps of a name: tags, type and text of every attribute. */
function nameFields(name: Value, serial: string): unknown[] {
  return values(name.content).map((rdn) => ({
    attributes: values(rdn.content).map((attribute) => ({
      parts: values(attribute.content).map(({content, tag}) => [
        tag,
        tag === 6 ? content.toString('hex') : content.toString('latin1').replace(serial, '<serial>'),
      ]),
      tag: attribute.tag,
    })),
    tag: rdn.tag,
  }))
}

function days(dates: readonly Value[]): number {
  const [from = Number.NaN, to = Number.NaN] = dates.map(({content, tag}) => {
    const text = content.toString('latin1')
    const [, year = '', ...parts] = /^(\d+)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
    const [month, day, hour, minute, second] = parts.map(Number)
    return Date.UTC(Number(tag === 0x17 ? `20${year}` : year), (month ?? 0) - 1, day, hour, minute, second)
  })
  return (to - from) / 86_400_000
}

function one(der: Buffer): Value {
  const [only, ...more] = values(der)
  if (!only || more.length > 0) throw new Error('one value was expected')
  return only
}

function values(der: Buffer): Value[] {
  const found: Value[] = []
  for (let at = 0; at < der.length;) {
    const short = der.readUInt8(at + 1)
    const lengthBytes = short > 127 ? short - 128 : 0
    const length = lengthBytes > 0 ? der.readUIntBE(at + 2, lengthBytes) : short
    const start = at + 2 + lengthBytes
    found.push({
      content: der.subarray(start, start + length),
      tag: der.readUInt8(at),
      whole: der.subarray(at, start + length),
    })
    at = start + length
  }
  return found
}
