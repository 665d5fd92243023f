const furthest = 2

/** @returns The known word that somebody who wrote `word` most likely meant, or undefined where none is near. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word)
  const ranked = known
    .filter((candidate) => Math.abs(plain(candidate).length - wanted.length) <= furthest)
    .map((candidate) => ({candidate, distance: editDistance(wanted, plain(candidate))}))
    .filter(({candidate, distance}) => distance <= Math.min(furthest, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** `bindAddr`, `bind-addr` and `BIND_ADDR` are all `bind_addr` spelt differently. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, column) => column)]
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          (rows[row - 1]?.[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (rows[row - 1]?.[column - 1] ?? 0) + cost,
          swapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    rows.push(current)
  }
  return rows[a.length]?.[b.length] ?? 0
}
