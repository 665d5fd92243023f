import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

/** The page that describes every check and cause, as it is shipped. */
const checksPage = new URL('../../docs/checks.md', import.meta.url)

/**
 * @param anchor such as `wan.rpc` or `cause-tls.expired`.
 * @returns The paragraphs below that heading of docs/checks.md as plain text, code blocks whole.
 */
export async function documented(anchor: string): Promise<string[]> {
  const page = await readFile(fileURLToPath(checksPage), 'utf8')
  const start = page.indexOf(`<a id="${anchor}"></a>`)
  if (start === -1) return []
  const [section = ''] = page.slice(start).split(/\n(?=## |<a id=)/)
  const below = section.slice(section.indexOf('\n### ') + 1)
  return below
    .split(/\n{2,}/)
    .slice(1)
    .map(plainText)
    .filter((paragraph) => paragraph !== '')
}

/** Markdown without its marks: what a terminal shows. */
function plainText(paragraph: string): string {
  if (paragraph.startsWith('```')) return paragraph.replaceAll(/^```.*\n?/gm, '').trimEnd()
  return paragraph
    .replaceAll(/\*\*(.+?)\*\*/g, '$1')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll('\\<', '<')
    .trim()
}
