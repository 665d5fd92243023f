import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {build, isBuilt} from '../../../bin/setup/build.js'

const progress = {say: () => undefined, signal: new AbortController().signal}

let checkout: string

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'fedctl-build-'))
  await Promise.all(['src/cli', 'node_modules/.bin'].map((path) => mkdir(join(checkout, path), {recursive: true})))
  await Promise.all(
    ['package.json', 'package-lock.json', 'rolldown.config.js', 'tsconfig.json', 'src/cli/main.ts'].map((path) =>
      write(path),
    ),
  )
  await writeProgram('tsc', 'mkdir -p "$4" && echo compiled > "$4/main.js"')
  await writeProgram('rolldown', 'cp -R .tools/compiled .tools/dist-new')
  await writeProgram('oclif', 'echo "{}" > oclif.manifest.json')
})

afterEach(async () => {
  await rm(checkout, {force: true, recursive: true})
})

describe('the build', () => {
  it('counts until a source is changed, added or removed', async () => {
    expect(await isBuilt(checkout)).toBe(false)
    await build(checkout, progress)
    expect(await isBuilt(checkout)).toBe(true)

    await write('src/cli/flags.ts')
    expect(await isBuilt(checkout)).toBe(false)
    await rm(join(checkout, 'src/cli/flags.ts'))
    expect(await isBuilt(checkout)).toBe(true)
    await write('src/cli/main.ts', 'changed')
    expect(await isBuilt(checkout)).toBe(false)
  })

  it('keeps nothing of an earlier build', async () => {
    await build(checkout, progress)
    await write('dist/gone.js')
    await build(checkout, progress)
    expect((await readdir(join(checkout, 'dist'))).sort()).toEqual(['.built-from', 'main.js'])
  })

  it('does not count when listing the commands fails', async () => {
    await writeProgram('oclif', 'echo "cannot load lab up"; exit 1')
    await expect(build(checkout, progress)).rejects.toThrow('cannot load lab up\nlisting the commands failed')
    expect(await isBuilt(checkout)).toBe(false)
  })

  it('leaves the earlier build alone when the compiler refuses', async () => {
    await build(checkout, progress)
    await writeProgram('tsc', 'echo "error TS2304"; exit 2')
    await write('src/cli/main.ts', 'changed')
    await expect(build(checkout, progress)).rejects.toThrow('error TS2304\ncompiling failed')
    expect(await readdir(join(checkout, 'dist'))).toContain('main.js')
    expect(await isBuilt(checkout)).toBe(false)
  })
})

async function write(path: string, content = 'text'): Promise<void> {
  await writeFile(join(checkout, path), content)
}

async function writeProgram(name: string, commands: string): Promise<void> {
  await writeFile(join(checkout, 'node_modules/.bin', name), `#!/bin/sh\n${commands}\n`, {mode: 0o755})
}
