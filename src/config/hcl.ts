import {FedctlError} from '../errors/fedctl-error.js'

export type HclValue = boolean | number | string | HclBody | readonly HclValue[]

/** Keys in the order in which they are written. Undefined ones are left out. */
export type HclBody = {readonly [key: string]: HclValue | undefined}

const indentation = '  '
const identifier = /^[A-Za-z_][\w-]*$/

/**
 * Writes HCL 1, as Consul reads it since 1.0: objects as blocks, everything else as attributes. The same body always gives the same text.
 * @returns Lines that end with a line break; an empty text for an empty body.
 * @throws FedctlError `bug` for a number that is not an integer.
 */
export function writeHcl(body: HclBody): string {
  return bodyLines(body)
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * A string as HCL 1 quotes it. Nothing in it can end the string or start an interpolation: in HCL 1 `${` is one even where nothing
 * interpolates, and an unclosed one is a syntax error ("hashicorp/hcl hcl/scanner/scanner.go scanString, hcl/strconv/quote.go").
 */
export function quoteHcl(text: string): string {
  return `"${text.replaceAll(mustEscape, (character) => escapeCharacter(character))}"`
}

/** Quotes and backslashes, a dollar before a brace, and everything that is not printable ASCII: an operator sees what is there. */
const mustEscape = /["\\]|\$(?=\{)|[^\u0020-\u007E]/gu

const shortEscapes: Readonly<Record<string, string>> = {
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
}

function escapeCharacter(character: string): string {
  const short = shortEscapes[character]
  if (short) return short
  const code = character.codePointAt(0) ?? 0
  return code > 0xff_ff
    ? `${String.raw`\U`}${code.toString(16).padStart(8, '0')}`
    : `${String.raw`\u`}${code.toString(16).padStart(4, '0')}`
}

function bodyLines(body: HclBody): string[] {
  return Object.entries(body).flatMap(([key, value]) => (value === undefined ? [] : entryLines(key, value)))
}

function entryLines(key: string, value: HclValue): string[] {
  const name = writeKey(key)
  if (isBody(value)) return [`${name} {`, ...indent(bodyLines(value)), '}']
  const [first = '', ...rest] = valueLines(value)
  return [`${name} = ${first}`, ...rest]
}

function valueLines(value: HclValue): string[] {
  if (typeof value === 'string') return [quoteHcl(value)]
  if (typeof value === 'number') return [writeNumber(value)]
  if (typeof value === 'boolean') return [String(value)]
  if (isBody(value)) return ['{', ...indent(bodyLines(value)), '}']
  if (value.some((item) => typeof item === 'object'))
    return ['[', ...indent(value.flatMap((item) => itemLines(item))), ']']
  return [`[${value.flatMap((item) => valueLines(item)).join(', ')}]`]
}

function itemLines(item: HclValue): string[] {
  const lines = valueLines(item)
  return lines.map((line, index) => (index === lines.length - 1 ? `${line},` : line))
}

function writeKey(key: string): string {
  return identifier.test(key) && key !== 'true' && key !== 'false' ? key : quoteHcl(key)
}

function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value)
  throw new FedctlError('bug', `${value} cannot be written as an integer of HCL`)
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => indentation + line)
}

function isBody(value: HclValue): value is HclBody {
  return typeof value === 'object' && !Array.isArray(value)
}
