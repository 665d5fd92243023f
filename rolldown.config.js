import {readdirSync, readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'

import {defineConfig} from 'rolldown'

const compiled = join('.tools', 'compiled')

/** The launcher and oclif load these by their paths; what looks for files beside itself must not move into one of them. */
function isEntry(path) {
  const isLoadedByPath =
    [join('cli', 'help.js'), join('cli', 'main.js')].includes(path) || path.startsWith(join('commands', '/'))
  return isLoadedByPath || readFileSync(join(compiled, path), 'utf8').includes('import.meta.url')
}

const entries = readdirSync(compiled, {recursive: true}).filter((path) => path.endsWith('.js') && isEntry(path))

/** Few files instead of hundreds, libraries included: to find and open them was most of what a command took to start. */
export default defineConfig({
  // oclif asks for them in a development of its own kind.
  external: ['ts-node', 'typescript'],
  input: Object.fromEntries(entries.map((path) => [path.replace(/\.js$/, ''), resolve(compiled, path)])),
  // As deep as the folders of the sources, for what looks for files beside itself.
  output: {chunkFileNames: 'chunks/[name]-[hash].js', dir: join('.tools', 'dist-new')},
  platform: 'node',
  // Libraries that are no ES modules ask for them.
  transform: {define: {__dirname: 'import.meta.dirname', __filename: 'import.meta.filename'}},
})
