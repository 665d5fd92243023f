/** Gives equal values back as one. */
export type ShareItems = <T>(value: T) => T

/**
 * Of lists that say the same of the same things, such as the members of a pool in the eyes of every server, equal items are kept once:
 * in a federation of 250 servers each of them knows 250 others.
 */
export function shareItems(): ShareItems {
  const known = new Map<string, unknown>()
  const shared = (item: unknown): unknown => {
    const key = JSON.stringify(item)
    if (!known.has(key)) known.set(key, item)
    return known.get(key)
  }
  return <T>(value: T) => (Array.isArray(value) ? value.map((item) => shared(item)) : value) as T
}
