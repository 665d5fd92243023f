import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import {type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {probeConsul} from '../../bin/setup/consul-binary.js'
import {consulRelease, downloadConsul, platformName} from '../../bin/setup/consul-release.js'
import {findConsul} from '../../bin/setup/consul.js'
import {debianDependencies, unpackDebianPackage} from '../../bin/setup/debian-package.js'
import {findProgram} from '../../bin/setup/programs.js'

const execute = promisify(execFile)
const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** A zip archive with LICENSE.txt and a `consul` that is a shell script and says `Consul v1.99.0`. */
const archive = Buffer.from(
  'UEsDBAoAAAAAAO9AdF3XZc1KCAAAAAgAAAALAAAATElDRU5TRS50eHRsaWNlbmNlClBLAwQKAAAAAADvQHRdv3A6cCAAAAAgAAAABgAAAGNvbnN1bCMhL2Jpbi9zaAplY2hvICJDb25zdWwgdjEuOTkuMCIKUEsBAh4DCgAAAAAA70B0XddlzUoIAAAACAAAAAsAAAAAAAAAAQAAAKSBAAAAAExJQ0VOU0UudHh0UEsBAh4DCgAAAAAA70B0Xb9wOnAgAAAAIAAAAAYAAAAAAAAAAQAAAKSBMQAAAGNvbnN1bFBLBQYAAAAAAgACAG0AAAB1AAAAAAA=',
  'base64',
)

let folder: string
let tools: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-binary-'))
  tools = join(folder, '.tools')
})

afterEach(async () => {
  await rm(folder, {force: true, recursive: true})
})

describe('the search for a consul binary', () => {
  it('takes the real one and reads its version', async () => {
    const path = (await findProgram(process.env.FEDCTL_CONSUL ?? 'consul', process.env)) ?? ''
    const version = await probeConsul(path)
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    expect((await findConsul(tools, {FEDCTL_CONSUL: path})).binary).toEqual({path, version})
  })

  it('prefers FEDCTL_CONSUL to PATH, and PATH to what was fetched', async () => {
    const named = await writeConsul('named/consul', '1.20.1')
    const onPath = await writeConsul('path/consul', '1.20.2')
    const fetched = await writeConsul('.tools/bin/consul', '1.20.3')
    const found = async (env: NodeJS.ProcessEnv) => (await findConsul(tools, env)).binary
    expect(await found({FEDCTL_CONSUL: named, PATH: dirname(onPath)})).toEqual({path: named, version: '1.20.1'})
    expect(await found({PATH: dirname(onPath)})).toEqual({path: onPath, version: '1.20.2'})
    expect(await found({PATH: ''})).toEqual({path: fetched, version: '1.20.3'})
  })

  it('passes over a consul on PATH that is too old, and says so', async () => {
    const onPath = await writeConsul('path/consul', '1.7.14')
    const {binary, reasons} = await findConsul(tools, {PATH: dirname(onPath)})
    expect(binary).toBeUndefined()
    expect(reasons).toEqual([`${onPath} is Consul 1.7.14; 1.8 or newer is needed`])
  })

  it.each([
    ['is not there', undefined, /not an executable file/],
    ['is another program', 'echo git version 2.39', /is not Consul: it says "git version 2.39"/],
    ['is too old', 'echo Consul v1.7.14', /is Consul 1.7.14; 1.8 or newer is needed/],
    ['fails', 'echo no such library >&2; exit 127', /ended with 127: no such library/],
  ])('refuses a FEDCTL_CONSUL that %s instead of taking another one', async (_case, script, message) => {
    const onPath = await writeConsul('path/consul', '1.20.2')
    if (script) await writeProgram('named/consul', script)
    const env = {FEDCTL_CONSUL: join(folder, 'named/consul'), PATH: dirname(onPath)}
    await expect(findConsul(tools, env)).rejects.toThrow(message)
  })

  it('names everything that was tried when none can be had', async () => {
    await execute('cp', ['-R', join(checkout, 'bin'), folder])
    await writeFile(join(folder, 'package.json'), '{"type": "module"}')
    await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
    const unreachable = 'http://127.0.0.1:1'
    const run = execute(process.execPath, [join(folder, 'bin/get-consul.js')], {
      env: {HTTPS_PROXY: unreachable, PATH: join(folder, 'empty')},
    })
    const failure = await run.then(
      () => undefined,
      (error: unknown) => error as {code: number; stderr: string; stdout: string},
    )
    expect(failure).toMatchObject({code: 1, stdout: ''})
    for (const part of ['no consul on PATH', 'releases.hashicorp.com', 'no apt-get', 'set FEDCTL_CONSUL']) {
      expect(failure?.stderr).toContain(part)
    }
    expect(await readdir(tools)).toEqual([])
  })
})

describe("HashiCorp's release", () => {
  it('is pinned by a hash for each platform', () => {
    expect(Object.keys(consulRelease.sha256)).toEqual(['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'])
    for (const sum of Object.values(consulRelease.sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is unpacked when it is the pinned one', async () => {
    const release = pin(createHash('sha256').update(archive).digest('hex'))
    const path = await withServer(200, (origin) => downloadConsul(folder, {origin, release}))
    expect(await probeConsul(path)).toBe('1.99.0')
  })

  it('is not unpacked when it is another one', async () => {
    const download = withServer(200, (origin) => downloadConsul(folder, {origin, release: pin('0'.repeat(64))}))
    await expect(download).rejects.toThrow(`instead of ${'0'.repeat(64)}`)
    await expect(access(join(folder, 'consul'))).rejects.toThrow('ENOENT')
  })

  it('is reported as missing with the answer of the server', async () => {
    const download = withServer(404, (origin) => downloadConsul(folder, {origin, release: pin('0'.repeat(64))}))
    await expect(download).rejects.toThrow('answered 404')
  })

  it('is not looked for where none is pinned for the platform', async () => {
    const release = {sha256: {}, version: '1.99.0'}
    await expect(downloadConsul(folder, {release})).rejects.toThrow(
      `no release of Consul 1.99.0 is known for ${platformName()}`,
    )
  })
})

describe('a package of Debian', () => {
  it('is unpacked privately, and names what it depends on', async () => {
    const root = join(folder, 'package')
    await writeProgram('package/usr/bin/consul', 'echo Consul v1.8.7')
    await mkdir(join(root, 'DEBIAN'))
    const control = [
      'Package: stand-in',
      'Version: 1',
      'Architecture: all',
      'Maintainer: nobody <nobody@example.org>',
      'Depends: libc6 (>= 2.3), libssl3t64 | libssl3',
      'Description: stand-in',
    ]
    await writeFile(join(root, 'DEBIAN/control'), `${control.join('\n')}\n`)
    const file = join(folder, 'stand-in.deb')
    await execute('dpkg-deb', ['--build', '--root-owner-group', root, file])

    await unpackDebianPackage(file, join(folder, 'unpacked'))
    expect(await readFile(join(folder, 'unpacked/usr/bin/consul'), 'utf8')).toContain('Consul v1.8.7')
    expect(await debianDependencies(file)).toEqual(['libc6', 'libssl3t64'])
  })
})

async function writeConsul(path: string, version: string): Promise<string> {
  return writeProgram(path, `echo "Consul v${version}"`)
}

async function writeProgram(path: string, commands: string): Promise<string> {
  const program = join(folder, path)
  await mkdir(dirname(program), {recursive: true})
  await writeFile(program, `#!/bin/sh\n${commands}\n`, {mode: 0o755})
  return program
}

function pin(sum: string): {sha256: Record<string, string>; version: string} {
  return {sha256: {[platformName()]: sum}, version: '1.99.0'}
}

/** A server that answers the path of the release with `archive`. */
async function withServer<T>(status: number, use: (origin: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((request, response) => {
    const isRelease = request.url === `/consul/1.99.0/consul_1.99.0_${platformName()}.zip`
    response.writeHead(isRelease ? status : 400).end(archive)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}
