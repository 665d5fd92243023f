import type {HclBody, HclValue} from './hcl.js'

/** What `writeHcl` writes: strings, words, integers, brackets; comments from `#` to the end of the line. */
const token = /\s+|#[^\n]*|(?<word>"(?:[^"\\\n]|\\.)*"|-?\d+(?![\w.])|[A-Za-z_][\w-]*|[{}[\]=,])/y

/** Not to be told from what it might mean: the reader gives up. */
class Unreadable extends Error {}

/**
 * Reads HCL 1 as `writeHcl` writes it, whatever its order, line breaks and comments.
 * @returns Undefined for everything else that HCL has (interpolation, heredocs, repeated blocks, other comments): never a guess.
 */
export function readHcl(text: string): HclBody | undefined {
  try {
    const words = wordsOf(text)
    const body = readBody(words)
    return words.length === 0 ? body : undefined
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

function wordsOf(text: string): string[] {
  const words: string[] = []
  const pattern = new RegExp(token)
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (!match) throw new Unreadable()
    if (match.groups?.word !== undefined) words.push(match.groups.word)
  }
  return words
}

/** Takes entries off `words` up to a closing brace, which stays there, or to the end. */
function readBody(words: string[]): HclBody {
  const entries = new Map<string, HclValue>()
  while (words.length > 0 && words[0] !== '}') {
    const key = readKey(words.shift())
    if (words[0] === '=') words.shift()
    else if (words[0] !== '{') throw new Unreadable()
    if (entries.has(key)) throw new Unreadable()
    entries.set(key, readValue(words))
  }
  return Object.fromEntries(entries)
}

function readKey(word = ''): string {
  if (word.startsWith('"')) return unquoted(word)
  if (/^[A-Za-z_]/.test(word)) return word
  throw new Unreadable()
}

function readValue(words: string[]): HclValue {
  const word = words.shift() ?? ''
  if (word === '{') {
    const body = readBody(words)
    if (words.shift() !== '}') throw new Unreadable()
    return body
  }
  if (word === '[') return readList(words)
  if (word.startsWith('"')) return unquoted(word)
  if (word === 'true' || word === 'false') return word === 'true'
  if (/^-?\d+$/.test(word)) return Number(word)
  throw new Unreadable()
}

function readList(words: string[]): HclValue[] {
  const items: HclValue[] = []
  while (words[0] !== ']') {
    items.push(readValue(words))
    if (words[0] === ',') words.shift()
    else if (words[0] !== ']') throw new Unreadable()
  }
  words.shift()
  return items
}

const shortEscapes: Readonly<Record<string, string>> = {'"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t'}

function unquoted(word: string): string {
  const inner = word.slice(1, -1)
  if (inner.includes('${')) throw new Unreadable()
  return inner.replaceAll(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g, (_all, four, eight, short: string) => {
    const code = (four ?? eight) as string | undefined
    if (code !== undefined && Number.parseInt(code, 16) <= 0x10_ff_ff)
      return String.fromCodePoint(Number.parseInt(code, 16))
    const character = shortEscapes[short]
    if (character === undefined) throw new Unreadable()
    return character
  })
}
