const mask = '<redacted>'
const shortestSecret = 8

/** Replaces known secrets in everything that leaves the program. Sources are asked anew each time, so later secrets count too. */
export class Redactor {
  private readonly sources: (() => readonly string[])[] = []

  /** Adds secrets. Texts shorter than eight characters are ignored: they would mask ordinary words. */
  add(source: () => readonly string[]): void {
    this.sources.push(source)
  }

  /** @returns The text with every known secret replaced, and those that overlap as one. */
  redact(text: string): string {
    return this.ofNow()(text)
  }

  /** @returns The same for many texts: the secrets are those that are known now. */
  ofNow(): (text: string) => string {
    const known = this.sources.flatMap((source) => source()).filter(({length}) => length >= shortestSecret)
    const secrets = [...new Set(known)]
    const shortest = Math.min(...secrets.map(({length}) => length))
    return (text) => (text.length < shortest ? text : masked(secrets, text))
  }
}

function masked(secrets: readonly string[], text: string): string {
  const ranges = secrets.flatMap((secret) => rangesOf(secret, text)).sort((a, b) => a.from - b.from)
  let result = ''
  let done = 0
  for (const {from, to} of ranges) {
    if (from >= done) result += text.slice(done, from) + mask
    done = Math.max(done, to)
  }
  return result + text.slice(done)
}

function rangesOf(secret: string, text: string): {from: number; to: number}[] {
  const ranges: {from: number; to: number}[] = []
  for (let from = text.indexOf(secret); from !== -1; from = text.indexOf(secret, from + 1)) {
    ranges.push({from, to: from + secret.length})
  }
  return ranges
}
