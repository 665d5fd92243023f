import type forge from 'node-forge'
// The whole of the library takes six times as long to load.
import asn1 from 'node-forge/lib/asn1.js'

export type Asn1 = forge.asn1.Asn1

const {CONTEXT_SPECIFIC, UNIVERSAL} = asn1.Class
const {Type} = asn1

/** Reads DER. Bit strings stay bytes, so that what is written again is what was read. Throws on anything else. */
export function parseDer(der: Uint8Array): Asn1 {
  return asn1.fromDer(Buffer.from(der).toString('binary'), {decodeBitStrings: false})
}

/** DER of a value and all that is in it. */
export function encodeDer(node: Asn1): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'binary')
}

/** The children of a constructed value. Throws where it is a primitive one. */
export function childrenOf(node: Asn1 | undefined): Asn1[] {
  if (node && Array.isArray(node.value)) return node.value
  throw new TypeError('a constructed ASN.1 value was expected')
}

/** The content bytes of a primitive value. Throws where it is a constructed one. */
export function bytesOf(node: Asn1 | undefined): Buffer {
  if (node && typeof node.value === 'string') return Buffer.from(node.value, 'binary')
  throw new TypeError('a primitive ASN.1 value was expected')
}

/** The object identifier in dotted form. Throws where the value is something else. */
export function oidOf(node: Asn1 | undefined): string {
  return asn1.derToOid(bytesOf(node).toString('binary'))
}

/** Whether `node` is the context-specific value `[number]`. */
export function isContext(node: Asn1 | undefined, number: number): boolean {
  return node?.tagClass === CONTEXT_SPECIFIC && Number(node.type) === number
}

/** The text of a name: BMP strings are decoded by node-forge already, everything else is read as UTF-8. */
export function textOf(node: Asn1 | undefined): string {
  if (node?.type === Type.BMPSTRING && typeof node.value === 'string') return node.value
  return bytesOf(node).toString('utf8')
}

/** SEQUENCE, or SEQUENCE OF. */
export function sequence(...children: Asn1[]): Asn1 {
  return asn1.create(UNIVERSAL, Type.SEQUENCE, true, children)
}

/** SET OF with those members. */
export function set(...children: Asn1[]): Asn1 {
  return asn1.create(UNIVERSAL, Type.SET, true, children)
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(text: string): Asn1 {
  return primitive(Type.OID, asn1.oidToDer(text).getBytes())
}

/** INTEGER from its bytes, most significant first. */
export function integer(bytes: Uint8Array): Asn1 {
  return primitive(Type.INTEGER, binary(bytes))
}

/** BOOLEAN TRUE. */
export function truth(): Asn1 {
  return primitive(Type.BOOLEAN, '\u00FF')
}

/** NULL. */
export function nothing(): Asn1 {
  return primitive(Type.NULL, '')
}

/** A bit string of whole bytes, or one whose last byte leaves `unusedBits` unused. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Asn1 {
  return primitive(Type.BITSTRING, String.fromCharCode(unusedBits) + binary(bytes))
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Asn1 {
  return primitive(Type.OCTETSTRING, binary(bytes))
}

/** The context-specific value `[number]`: constructed from nodes, or primitive from bytes. */
export function context(number: number, content: Asn1[] | Uint8Array): Asn1 {
  return Array.isArray(content)
    ? asn1.create(CONTEXT_SPECIFIC, number, true, content)
    : asn1.create(CONTEXT_SPECIFIC, number, false, binary(content))
}

/** Text as Go writes it into a name: PrintableString where every character allows it, else UTF8String (Go encoding/asn1/marshal.go). */
export function nameText(text: string): Asn1 {
  if (/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) return primitive(Type.PRINTABLESTRING, text)
  return primitive(Type.UTF8, binary(Buffer.from(text, 'utf8')))
}

/** A point in time as RFC 5280 §4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime from 2050 on. Fractions of a second are cut. */
export function time(date: Date): Asn1 {
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date))
}

function primitive(type: forge.asn1.Type, bytes: string): Asn1 {
  return asn1.create(UNIVERSAL, type, false, bytes)
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('binary')
}
