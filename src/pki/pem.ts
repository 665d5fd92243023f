import {createPrivateKey, type KeyObject} from 'node:crypto'

export interface PemBlock {
  /** What stands in the BEGIN line, such as `CERTIFICATE` or `EC PRIVATE KEY`. */
  readonly label: string
  /** The block from BEGIN to END. */
  readonly text: string
}

const begin = /-----BEGIN ([A-Z0-9 ]{1,100})-----/g

/** The PEM blocks of a text, in order. What stands before and between them is passed over, as OpenSSL and Go do. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  const unended = new Set<string>()
  let from = 0
  for (const {0: opening, 1: label = '', index} of text.matchAll(begin)) {
    if (index < from || unended.has(label)) continue
    const closing = `-----END ${label}-----`
    const end = text.indexOf(closing, index + opening.length)
    if (end === -1) {
      // Said once, and not looked for again: a text may have a million beginnings and no end.
      unended.add(label)
      continue
    }
    from = end + closing.length
    blocks.push({label, text: `${text.slice(index, from)}\n`})
  }
  return blocks
}

/** DER as a PEM block with lines of 64 characters and a final line feed, as Go writes it. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** Whether a PEM block is a private key of any kind. */
export function isPrivateKey(block: PemBlock): boolean {
  return block.label.endsWith('PRIVATE KEY')
}

/** Whether a private key in PEM is protected by a passphrase: PKCS #8 or the older form with headers. */
export function isEncrypted(block: PemBlock): boolean {
  return block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(block.text)
}

/** @returns undefined where it cannot be read. The reason is not passed on, since it could quote what was read. */
export function privateKeyFrom(block: PemBlock): KeyObject | undefined {
  try {
    return createPrivateKey(block.text)
  } catch {
    return undefined
  }
}

/** @returns The first certificate and the first private key of a text, empty where there is none. */
export function pairIn(text: string): {certPem: string; keyPem: string} {
  const blocks = pemBlocks(text)
  const pick = (wanted: boolean) => blocks.find((block) => isPrivateKey(block) === wanted)?.text ?? ''
  return {certPem: pick(false), keyPem: pick(true)}
}
