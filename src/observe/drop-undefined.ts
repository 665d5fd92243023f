/** The same object without the properties that are undefined, so that "absent" is written in one way. */
export function dropUndefined<T extends object>(draft: {[K in keyof T]: T[K] | undefined}): T {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as T
}
