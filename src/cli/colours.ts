import picocolors from 'picocolors'

export type Colours = ReturnType<typeof picocolors.createColors>

/** Colours for a stream: only on a terminal, and not with NO_COLOR, `--no-color` or TERM=dumb. */
export function coloursFor(stream: {isTTY?: boolean}): Colours {
  const unwanted = Boolean(process.env.NO_COLOR) || process.argv.includes('--no-color') || process.env.TERM === 'dumb'
  return picocolors.createColors(stream.isTTY === true && !unwanted)
}
