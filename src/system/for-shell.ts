/** @returns The word as a POSIX shell reads it back: as it is, or in single quotes. */
export function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
