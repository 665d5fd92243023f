const hclToken = /"(?:[^"\\]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\w-]+|\s+|./g
const comment = /^(?:#|\/\/|\/\*)/

/** Whether two rule texts say the same: comments, spaces, line breaks and indentation do not count, the order of rules does. */
export function sameRules(one: string, other: string): boolean {
  return meaning(one) === meaning(other)
}

/** The words, strings and signs of a rule text, HCL or JSON, without comments and spaces. */
export function ruleTokens(rules: string): string[] {
  const tokens = rules.match(hclToken) ?? []
  return tokens.filter((token) => token.trim() !== '' && !comment.test(token))
}

function meaning(rules: string): string {
  return ruleTokens(rules).join('\n')
}
