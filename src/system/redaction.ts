const mask = '<redacted>'
const shortestSecret = 8

/** Replaces known secrets in everything that leaves the program. Sources are asked anew each time, so later secrets count too. */
export class Redactor {
  private readonly sources: (() => readonly string[])[] = []

  /** Adds secrets. Texts shorter than eight characters are ignored: they would mask ordinary words. */
  add(source: () => readonly string[]): void {
    this.sources.push(source)
  }

  /** @returns The text with every known secret replaced, longest first. */
  redact(text: string): string {
    const secrets = this.sources.flatMap((source) => source()).filter((secret) => secret.length >= shortestSecret)
    const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length)
    return longestFirst.reduce((result, secret) => result.replaceAll(secret, mask), text)
  }
}
