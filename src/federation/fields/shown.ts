const longest = 60
const longestName = 38
const longestSecret = 100
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i
const encodedKey = /[A-Za-z0-9+/]{22,}={1,2}(?![A-Za-z0-9+/=])/

/** A value from the federation file as error messages show it: quoted, cut to 60 characters, and hidden where it looks like a token or a key. */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  // What could show of a secret begins within what is shown.
  const start = value.slice(0, longestSecret + 2 * longest)
  if (uuid.test(start) || encodedKey.test(start)) return '(hidden: it looks like a secret)'
  return escaped(cut(value))
}

/** The first 60 characters of a text, and `…` for the rest. */
export function cut(text: string): string {
  // No character is longer than two units, and a text may have millions.
  const first = Array.from(text.slice(0, 2 * longest + 2))
  return first.length > longest ? `${first.slice(0, longest).join('')}…` : text
}

/** A name out of the federation file as messages show it: as it is, unless it looks like a secret or is longer than any name. */
export function shownName(name: string): string {
  return uuid.test(name) || name.length > longestName ? '(hidden: it looks like a secret)' : name
}

/** In quotes, with every character escaped that a terminal would act on. */
function escaped(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{C}\u2028\u2029]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}
