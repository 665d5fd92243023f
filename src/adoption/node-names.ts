const longestLabel = 63

/** Names for the nodes of one datacenter. Case does not count, as it does not for Consul. */
export interface NodeNames {
  /** @returns That name, or the nearest one that may stand in a federation file and that nobody has yet; it is taken from then on. */
  take(...wanted: readonly string[]): string
}

/** No name is taken yet. */
export function nodeNames(): NodeNames {
  const taken = new Set<string>()
  return {
    take(...wanted) {
      const names = wanted.map((name) => asLabel(name))
      const last = names.at(-1) ?? 'node'
      let found = names.find((name) => !taken.has(name.toLowerCase()))
      for (let number = 2; found === undefined; number++) {
        const candidate = `${last.slice(0, longestLabel - 5)}-${number}`
        if (!taken.has(candidate.toLowerCase())) found = candidate
      }
      taken.add(found.toLowerCase())
      return found
    },
  }
}

/** Letters, digits and hyphens of a name. */
function asLabel(name: string): string {
  const label = name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, longestLabel)
    .replaceAll(/^-+|-+$/g, '')
  return label || 'node'
}
