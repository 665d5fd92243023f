/** How a command begins that is to be typed or pasted, also where prose stands before it. */
const commandStart = new RegExp(
  [
    // As it is called from a checkout, too.
    '(?:\\S*/)?(?:fedctl|node \\S+\\.js) (?:acl|autocomplete|bootstrap|config|explain|gateway|gossip|init|lab|schema|tls|verify)',
    'consul (?:acl|agent|catalog|config|connect|debug|force-leave|info|intention|join|keyring|kv|leave|login|maint|members|monitor|operator|peering|reload|rtt|services|snapshot|tls|validate|version)',
    'curl (?:-|https?:)',
    'openssl (?:s_client|verify|x509)',
    '(?:systemctl|journalctl|kubectl|helm|timedatectl) [\\w-]',
    '(?:date|grep|ip|nc|pgrep|pkill|ps|ss) -',
    '(?:cat|chmod|chown|cp|export|ls|mkdir|rm|scp|ssh) [-\\w/.]',
    "echo '",
    'kill [-\\d$]',
    // What a shell keeps for later, and what is set for one command.
    '[A-Za-z_]\\w*=\\$\\(',
    '(?:[A-Z_]+=\\S+ )+(?:consul|curl|fedctl) ',
  ].join('|'),
)
const afterProse = /(?:^|[:,→] |\b(?:or|then) |\d+\. )$/
/** What is quoted, which belongs to a command, or what cannot be part of one but goes on in prose. */
const quotedOrProse =
  /'[^']*'|"[^"]*"|, |: | \(| (?:on (?:a|all|each|every|that|the)|in (?:a|both|each|every|the)|with the) /g

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
  if (text.startsWith('(')) return bracketsLength(text)
  if (!afterProse.test(`${before.at(-1) ?? ''}${before.length > 0 ? ' ' : ''}`)) return undefined
  if (commandStart.exec(text)?.index !== 0) return undefined
  const end = [...text.matchAll(quotedOrProse)].find(([found]) => !/^['"]/.test(found))
  // A comma or colon stays with the command before it, as it does with a word.
  return end ? end.index + (/^[,:]/.test(end[0]) ? 1 : 0) : text.length
}

/** The command in brackets, and what stands behind them without a space. */
function bracketsLength(text: string): number | undefined {
  if (commandStart.exec(text)?.index !== 1) return undefined
  return /^\([^()]*\)\S*/.exec(text)?.[0].length
}

function quotedLength(text: string): number | undefined {
  const quoted = /^[("']?`[^`]+`\S*/.exec(text)
  return quoted?.[0].length
}

function wordLength(text: string): number {
  const space = text.indexOf(' ')
  return space === -1 ? text.length : space
}
