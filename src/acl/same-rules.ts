const hclToken = /"(?:[^"\\]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\w-]+|\s+|./g
const comment = /^(?:#|\/\/|\/\*)/

/** Whether two rule texts say the same: comments, spaces, line breaks and indentation do not count, the order of rules does. */
export function sameRules(one: string, other: string): boolean {
  return meaning(one) === meaning(other)
}

function meaning(rules: string): string {
  const tokens = rules.match(hclToken) ?? []
  return tokens.filter((token) => token.trim() !== '' && !comment.test(token)).join('\n')
}
