/**
 * The sort of a moment: its name without the names of nodes, policies and tokens, and for a file that is not whole yet without its own.
 * Between two moments of one sort nothing differs but what they are about.
 * @param {string} moment
 */
export function sortOf(moment) {
  const [kind = '', ...rest] = moment.split(' ')
  if (kind.endsWith('-half') || kind === 'file-written') return kind
  const name = rest
    .join(' ')
    .replaceAll(/\S*\//g, '')
    .replaceAll(/dc\d+[\w-]*/g, '')
  if (kind === 'request')
    return `${kind} ${rest
      .slice(0, 3)
      .join(' ')
      .replace(/[\da-f-]{36}/, 'ID')}`
  if (kind === 'spawn') return `${kind} ${rest[0]} ${/-([a-z]+)\d+(\/etc|$)/.exec(moment)?.[1]}`
  if (kind === 'journal-written' || kind.startsWith('change-'))
    return `${kind} ${name.split(' ').slice(0, 5).join(' ')}`
  return `${kind} ${name.replaceAll(/ \d+$/g, '')}`
}
