const usual = 80

/** @returns The columns of a terminal; no end elsewhere, for what reads a file or a pipe breaks lines itself. */
export function widthOf(stream: {columns?: number; isTTY?: boolean}): number {
  return stream.isTTY ? stream.columns || usual : Infinity
}
