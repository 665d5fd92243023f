import {describe, expect, it} from 'vitest'

import {errorCatalogue} from '../../src/errors/catalogue.js'

describe('docs/errors.md', () => {
  it('is what the catalogue of errors says (vitest --update writes it)', async () => {
    const sections = Object.entries(errorCatalogue).map(
      ([code, {exitCode, remedy, title}]) =>
        `<a id="${code}"></a>\n\n## ${code}\n\n${sentence(title)}. Exit code ${exitCode}.\n\n${remedy}\n`,
    )
    const head =
      '# Errors\n\nEvery error has a code, in square brackets on the terminal and as `error.code` with `--json`.\n'
    await expect([head, ...sections].join('\n')).toMatchFileSnapshot('../../docs/errors.md')
  })

  it('has codes of lower-case words, and exit codes of the table in the README', () => {
    for (const [code, {exitCode}] of Object.entries(errorCatalogue)) {
      expect(code).toMatch(/^[a-z]+(\.[a-z]+(-[a-z]+)*)?$/)
      expect([1, 2, 3, 4, 5, 70, 130]).toContain(exitCode)
    }
  })
})

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
