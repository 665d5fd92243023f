/** How a command begins that is to be typed or pasted, also where prose stands before it. */
const commandStart = new RegExp(
  [
    // As it is called from a checkout, too.
    '(?:\\S*/)?(?:fedctl|node \\S+\\.js) (?:acl|autocomplete|bootstrap|config|explain|gateway|gossip|init|lab|schema|tls|verify)',
    'consul (?:acl|agent|catalog|config|connect|force-leave|info|intention|join|keyring|kv|members|operator|reload|snapshot|tls|validate|version)',
    'curl -',
    'openssl (?:s_client|verify|x509)',
    '(?:systemctl|journalctl|kubectl|helm) [\\w-]',
    '(?:date|grep|ip|nc|ss) -',
    '(?:cat|chmod|chown|cp|export|ls|mkdir|rm|scp|ssh) [-\\w/.]',
  ].join('|'),
)
const afterProse = /(?:^|: |→ |\d+\. )$/
/** What cannot be part of a command but goes on in prose. */
const proseAgain = /, |: | \(| on (?:a|all|each|every|that|the) | in (?:a|both|each|every|the) | with the /

/**
 * @returns The words of a text, such that a command, and what stands in backquotes, is one piece: broken into lines it could not be copied.
 */
export function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest !== '') {
    const length = commandLength(rest, pieces) ?? quotedLength(rest) ?? wordLength(rest)
    pieces.push(rest.slice(0, length))
    rest = rest.slice(length).replace(/^ +/, '')
  }
  return pieces
}

function commandLength(text: string, before: readonly string[]): number | undefined {
  if (!afterProse.test(`${before.at(-1) ?? ''}${before.length > 0 ? ' ' : ''}`)) return undefined
  if (commandStart.exec(text)?.index !== 0) return undefined
  const end = proseAgain.exec(text)
  // A comma or colon stays with the command before it, as it does with a word.
  return end ? end.index + (/^[,:]/.test(end[0]) ? 1 : 0) : text.length
}

function quotedLength(text: string): number | undefined {
  const quoted = /^[("']?`[^`]+`\S*/.exec(text)
  return quoted?.[0].length
}

function wordLength(text: string): number {
  const space = text.indexOf(' ')
  return space === -1 ? text.length : space
}
