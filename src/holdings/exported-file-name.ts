import {createHash} from 'node:crypto'

/** Of a name without its ending. File systems take 255 bytes, and a file that is being written has a longer name for a while. */
const longest = 180
const digestLength = 32

/**
 * The name of the file of a thing, without its ending: no two names share one. Names of services may hold anything; `encodeURIComponent` leaves neither
 * `+`, `,` nor `=`. One that is too long ends with `=` and a digest.
 */
export function exportedFileName(name: string): string {
  const encoded = encodeURIComponent(name)
    .replace(encodeURIComponent(' → '), '+')
    .replaceAll('%2F', ',')
    .replaceAll('*', '%2A')
  if (encoded.length <= longest) return encoded
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength)
  // Half a character is no use to whoever reads it.
  const readable = encoded.slice(0, longest - digestLength - 1).replace(/%[\dA-F]?$/, '')
  return `${readable}=${digest}`
}
