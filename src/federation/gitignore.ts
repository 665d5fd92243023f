const heading = '# Keys, tokens and what holds them: made by fedctl, never to be committed'

/** Relative to the workspace. The last star is for what an interrupted write leaves beside a key. */
const patterns = ['pki/**/*-key.pem*', 'rendered/', '.fedctl/']

/** What else keeps the same files out. */
const wider: Readonly<Record<string, readonly string[]>> = {
  'pki/**/*-key.pem*': ['pki', '*-key.pem*', '**/*-key.pem*'],
}

/** @returns The patterns for secrets that a `.gitignore` lacks, as far as can be told from its lines. */
export function uncovered(existing: string): string[] {
  const lines = new Set(existing.split(/\r?\n/).map((line) => pure(line)))
  const has = (pattern: string) => lines.has(pure(pattern))
  return patterns.filter((pattern) => ![pattern, '*', '**', ...(wider[pattern] ?? [])].some(has))
}

/**
 * The `.gitignore` of a workspace.
 * @param existing its content, or undefined where there is none
 * @returns What it has to hold, or undefined where nothing is missing. Existing lines stay as they are.
 */
export function gitignoreWith(existing: string | undefined): string | undefined {
  const lines = (existing ?? '').split(/\r?\n/)
  const present = new Set(lines.map((line) => pure(line)))
  const missing = patterns.filter((pattern) => !present.has(pure(pattern)))
  if (missing.length === 0) return undefined
  const ending = existing?.includes('\r\n') ? '\r\n' : '\n'
  const under = lines.findIndex((line) => line.trim() === heading)
  if (under !== -1) return [...lines.slice(0, under + 1), ...missing, ...lines.slice(under + 1)].join(ending)
  const before = (existing ?? '').trim() === '' ? [] : [...trimmedEnd(lines), '']
  return [...before, heading, ...missing, ''].join(ending)
}

/** One spelling for `/x`, `x` and `x/`: whoever wrote one of them meant the same folder. */
function pure(line: string): string {
  return line.trim().replace(/^\/?(.*?)\/?$/, '$1')
}

function trimmedEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, last + 1)
}
