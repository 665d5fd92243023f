/**
 * The folders of src, from the top layer to the bottom one. A folder may import folders of lower layers only:
 * nothing of a higher layer, and nothing of a folder beside it. The lint rule and the architecture test both read this list.
 * @type {readonly (readonly string[])[]}
 */
export const layers = [
  ['commands'],
  ['cli'],
  ['lab'],
  ['explain'],
  ['runbooks'],
  ['adoption', 'checks', 'holdings'],
  ['observe'],
  ['hosts'],
  ['acl', 'config', 'gateway', 'pki', 'sni-gateway'],
  ['consul'],
  ['federation', 'versions'],
  ['system'],
  ['errors'],
]

/** Lines that a file may have; commands hold flags and one call. */
export const maxLines = {commands: 120, elsewhere: 300}
