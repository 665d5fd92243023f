/**
 * What a snapshot or an answer looks like, whatever it says: each place with the type of what stands there, the number of items of each list,
 * and truth values as they are.
 */
export function shapeOf(value: unknown, place = ''): string[] {
  return [...new Set(places(value, place))].sort()
}

function places(value: unknown, place: string): string[] {
  if (Array.isArray(value)) {
    return [`${place} ${value.length} items`, ...value.flatMap((item) => places(item, `${place}[]`))]
  }
  if (typeof value !== 'object' || value === null) {
    return [`${place} ${typeof value === 'boolean' ? String(value) : value === null ? 'null' : typeof value}`]
  }
  return Object.entries(value).flatMap(([key, item]) => places(item, `${place}.${key}`))
}
