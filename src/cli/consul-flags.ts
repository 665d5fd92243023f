/**
 * Rewrites long flags in Consul's style, `-node x` and `-node=x`, to the GNU style that oclif reads.
 * Single letters and negative numbers stay as they are, and so does everything after `--`.
 * @returns A new argument list.
 */
export function rewriteConsulFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const rest = end === -1 ? [] : argv.slice(end)
  return [...own.map((argument) => (/^-[a-z][a-z-]+(=|$)/i.test(argument) ? `-${argument}` : argument)), ...rest]
}
