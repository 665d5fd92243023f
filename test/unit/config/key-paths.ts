/** Every key of a configuration that has a value, such as `tls.defaults.ca_file`; `[]` stands for the items of a list. */
export function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keyPaths(item, `${path}[]`)))]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .flatMap(([key, inner]) => {
      const own = path === '' ? key : `${path}.${key}`
      return [own, ...keyPaths(inner, own)]
    })
}
