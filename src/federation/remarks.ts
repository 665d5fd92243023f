import type {Path} from './issue.js'
import {readYaml} from './yaml-source.js'

/** A comment for a place of a federation file. */
export interface Remark {
  /** `not-known`: something to fill in or to look up. `found`: something worth knowing. */
  readonly kind: 'found' | 'not-known'
  /** The key above which it stands. The nearest place around it where there is no such key; empty: the top of the file. */
  readonly path: Path
  /** One sentence in lower case, without a line break. */
  readonly text: string
}

const widest = 140

/** The text of a federation file with comments above the keys that they are about: `# not known: …`. */
export function withRemarks(text: string, remarks: readonly Remark[]): string {
  const source = readYaml(text)
  const placed = remarks.map((remark) => ({
    line: remark.path.length === 0 ? 1 : source.position(remark.path, 'key').line,
    remark,
  }))
  const lines = text.split('\n').flatMap((line, index) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    const above = placed.filter((place) => place.line === index + 1).map(({remark}) => remark)
    return [...above.flatMap((remark) => commentOf(remark, indent)), line]
  })
  return lines.join('\n')
}

/** The words of a remark as they stand in a comment; one about the whole file says what it is by itself. */
export function remarkText({kind, path, text}: Remark): string {
  if (path.length === 0) return text
  return `${kind === 'not-known' ? 'not known' : 'found'}: ${text}`
}

function commentOf(remark: Remark, indent: string): string[] {
  const lines: string[] = []
  for (const word of remarkText(remark).split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && indent.length + last.length + word.length + 3 <= widest)
      lines[lines.length - 1] += ` ${word}`
    else lines.push(lines.length === 0 ? word : `  ${word}`)
  }
  return lines.map((line) => `${indent}# ${line}`)
}
