/**
 * Modules of the program as they are compiled, for a process without the test runner.
 * @param {string} path below src, without an ending
 * @returns {Promise<any>}
 */
export async function compiled(path) {
  return import(new URL(`../../.tools/compiled/${path}.js`, import.meta.url).href)
}
