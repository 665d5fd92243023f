/**
 * Reads one quoted HCL 1 string at the start of `text`, by the rules of the reader that Consul uses: an unescaped `${` opens an
 * interpolation, a raw line break or NUL ends in an error.
 * @returns The value and what follows the closing quote.
 */
export function readHclString(text: string): {rest: string; value: string} {
  if (!text.startsWith('"')) throw new Error('no opening quote')
  let value = ''
  let at = 1
  for (;;) {
    const character = text[at]
    if (character === undefined) throw new Error('literal not terminated')
    if (character === '"') return {rest: text.slice(at + 1), value}
    if (character === '\n' || character === '\0' || character === '\uE123') throw new Error('illegal character')
    if (character === '$' && text[at + 1] === '{') throw new Error('interpolation')
    const escape = character === '\\' ? readEscape(text.slice(at + 1)) : {length: 1, value: character}
    value += escape.value
    at += escape.length
  }
}

const simple: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** @param text What follows the backslash. */
function readEscape(text: string): {length: number; value: string} {
  const known = simple[text[0] ?? '']
  if (known !== undefined) return {length: 2, value: known}
  const digits = /^(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8}))/.exec(text)
  if (!digits) throw new Error('illegal char escape')
  const code = Number.parseInt(digits[1] ?? digits[2] ?? '', 16)
  const isSurrogate = code >= 0xd8_00 && code <= 0xdf_ff
  return {length: 1 + digits[0].length, value: isSurrogate ? '\uFFFD' : String.fromCodePoint(code)}
}
