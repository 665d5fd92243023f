import {chmod, mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {consulVersion, fedctl, temporaryFolder} from './fedctl.js'

describe('what goes wrong before or while a lab comes up', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const inFolder = (...path: string[]) => join(folder.path, ...path)
  const labUp = (env: Record<string, string | undefined> = {}) => fedctl(['lab', 'up', '--dir', inFolder('lab')], {env})

  /** A program that answers `version` like some Consul, and otherwise says a line and fails. */
  const impostor = async (version: string) => {
    const path = inFolder('impostor')
    await writeFile(
      path,
      `#!/bin/sh\n[ "$1" = version ] && echo '${version}' && exit 0\necho 'no such luck' >&2\nexit 1\n`,
    )
    await chmod(path, 0o755)
    return path
  }

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', inFolder('lab')])
    await folder.remove()
  })

  it('says where to get Consul when there is none', async () => {
    const {exitCode, stderr} = await labUp({FEDCTL_CONSUL: undefined, PATH: '/nowhere'})
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[consul.missing]')
    expect(stderr).toContain('FEDCTL_CONSUL')
  })

  it('refuses a Consul older than 1.8, and makes nothing', async () => {
    const {exitCode, stderr} = await labUp({FEDCTL_CONSUL: await impostor('Consul v1.7.14')})
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[consul.too-old]')
    expect(stderr).toContain('1.7.14')
    expect(await readdir(folder.path)).toEqual(['impostor'])
  })

  it('refuses a binary that is not Consul', async () => {
    const {exitCode, stderr} = await labUp({FEDCTL_CONSUL: '/bin/true'})
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[consul.not-consul]')
  })

  it('leaves a folder alone that holds something else', async () => {
    await mkdir(inFolder('lab'))
    await writeFile(inFolder('lab', 'thesis.txt'), 'years of work')
    const {exitCode, stderr} = await labUp()
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[lab.leftover]')
    expect(stderr).toContain('thesis.txt')
    expect(await readdir(inFolder('lab'))).toEqual(['thesis.txt'])
  })

  it('shows the last log lines of an agent that dies, names a port that is taken, and comes up once both are mended', async () => {
    const died = await labUp({FEDCTL_CONSUL: await impostor(`Consul v${await consulVersion()}`)})
    expect(died.exitCode).toBe(4)
    expect(died.stderr).toContain('[agent.died] dc1/dc1-s1 has ended')
    expect(died.stderr).toContain('no such luck')

    const address =
      /address: (127\.\d+\.1\.1) /.exec(await readFile(inFolder('lab', 'federation.yaml'), 'utf8'))?.[1] ?? ''
    const squatter = await listen(address, 8300)
    const taken = await labUp()
    expect(taken.exitCode).toBe(4)
    expect(taken.stderr).toContain(`[port.in-use] dc1/dc1-s1 cannot start: ${address}:8300 is in use`)

    await new Promise((resolve) => squatter.close(resolve))
    const up = await labUp()
    expect(up, up.stderr).toMatchObject({exitCode: 0})
  })

  it('refuses to make another lab of one that is there', async () => {
    await labUp({FEDCTL_CONSUL: await impostor(`Consul v${await consulVersion()}`)})
    const {exitCode, stderr} = await fedctl(['lab', 'up', '--datacenters', '3', '--dir', inFolder('lab')])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--datacenters is 2 there, not 3')
  })
})

describe('a federation file or workspace that cannot be right', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  it('is an error that names fedctl init where there is no file', async () => {
    const {exitCode, stderr} = await fedctl(['verify'], {cwd: folder.path})
    expect(exitCode).toBe(4)
    expect(stderr).toContain('fedctl init')
  })

  it('is reported with every place at once, as text and as JSON', async () => {
    await writeFile(
      join(folder.path, 'federation.yaml'),
      federationFile.replace('primary: dc1', 'primary: dc9').replace('10.0.0.2', '10.0.0.x'),
    )
    const text = await fedctl(['tls', 'issue'], {cwd: folder.path})
    expect(text.exitCode).toBe(3)
    expect(text.stderr).toMatch(/federation\.yaml:1:10: .*dc9/)
    expect(text.stderr).toMatch(/federation\.yaml:\d+:\d+: .*10\.0\.0\.x/)
    const json = await fedctl(['tls', 'issue', '--json'], {cwd: folder.path})
    expect(json.exitCode).toBe(3)
    expect(JSON.parse(json.stdout)).toMatchObject({error: {code: 'federation.invalid'}})
  })

  it('is refused before anything is issued where the key does not belong to the CA', async () => {
    const options = {cwd: folder.path}
    await writeFile(join(folder.path, 'federation.yaml'), federationFile)
    expect((await fedctl(['tls', 'issue'], options)).exitCode).toBe(0)
    const before = await readFile(join(folder.path, 'pki', 'dc1', 's1.pem'), 'utf8')
    expect((await fedctl(['tls', 'ca', 'create', '-domain', 'other'], options)).exitCode).toBe(0)
    await writeFile(join(folder.path, 'pki', 'ca-key.pem'), await readFile(join(folder.path, 'other-agent-ca-key.pem')))
    const {exitCode, stderr} = await fedctl(['tls', 'issue'], options)
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[pki.ca-invalid]')
    expect(stderr).not.toContain('PRIVATE KEY')
    expect(await readFile(join(folder.path, 'pki', 'dc1', 's1.pem'), 'utf8')).toBe(before)
  })

  it('is a usage error where a command or flag does not exist', async () => {
    for (const args of [['verfy'], ['verify', '--wiat', '5m'], ['tls', 'cert', 'create', '-sever']]) {
      const text = await fedctl(args, {cwd: folder.path})
      expect({args, exitCode: text.exitCode}).toEqual({args, exitCode: 2})
      const json = await fedctl([...args, '--json'], {cwd: folder.path})
      expect({args, exitCode: json.exitCode}).toEqual({args, exitCode: 2})
      expect(JSON.parse(json.stdout)).toMatchObject({error: {code: 'usage'}})
    }
  })
})

const federationFile = `primary: dc1
datacenters:
  - name: dc1
    consul: 1.8.7
    servers:
      - { name: s1, address: 10.0.0.1 }
    clients:
      - { name: c1, address: 10.0.0.2 }
    gateways:
      - { name: gw1, agent: c1 }
`

async function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}
