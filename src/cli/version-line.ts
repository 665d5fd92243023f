import {readFile} from 'node:fs/promises'

/**
 * What `--version` prints, as oclif words it in `--help`: `fedctl/0.1.0 linux-x64 node-v20.19.0`.
 * @param root file URL of the launcher, a folder below package.json.
 */
export async function versionLine(root: string): Promise<string> {
  const text = await readFile(new URL('../package.json', root), 'utf8')
  const {name, version} = JSON.parse(text) as {name: string; version: string}
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`
}
