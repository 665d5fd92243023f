/** @returns A pattern for the whole of a text, in which `*` stands for anything. */
export function wildcard(selector: string): RegExp {
  const parts = selector.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
