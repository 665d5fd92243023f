import {execFile} from 'node:child_process'
import {chmod, mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {join} from 'node:path'
import {promisify} from 'node:util'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {answerWith, dripWith, floodWith, type HostileServer, hostileServer} from '../unit/consul/hostile-server.js'
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

describe('servers that answer as no Consul does', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let servers: HostileServer[] = []

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
    await folder.remove()
  })

  /** Each is a server of a datacenter of its own. */
  const federate = async (behaviours: readonly Parameters<typeof hostileServer>[0][]) => {
    servers = await Promise.all(behaviours.map((behave) => hostileServer(behave)))
    const datacenters = servers.map(
      ({url}, index) => `  - name: dc${index}
    consul: 1.8.7
    servers: [{ name: s1, address: 10.${index}.0.1, api: { url: "${url}" } }]
    clients: [{ name: c1, address: 10.${index}.0.2, api: { url: "${url.replace('127.0.0.1', 'localhost')}" } }]
    gateways: [{ name: gw1, agent: c1 }]
`,
    )
    await writeFile(join(folder.path, 'federation.yaml'), `primary: dc0\ndatacenters:\n${datacenters.join('')}`)
  }

  it('are each told apart by verify, and hold up nobody else', async () => {
    const ok = 'HTTP/1.1 200 OK\r\n'
    const cases: [behave: Parameters<typeof hostileServer>[0], found: RegExp][] = [
      [answerWith('200 OK', '"x"'), /another shape than expected/],
      [answerWith('200 OK', '[null]'), /another shape than expected/],
      [answerWith('200 OK', '<html>'), /not JSON/],
      [answerWith('502 Bad Gateway', '<html>'), /an HTML page \(502\)/],
      [answerWith('302 Found', '', ['location: http://127.0.0.1:1/']), /a redirect \(302\) to http/],
      [(socket) => socket.end(`${ok}content-length: 99\r\n\r\n[1,`), /closed before the whole answer/],
      [(socket) => socket.destroy(), /closed before the whole answer/],
      [floodWith(`${ok}content-length: 900000000\r\n\r\n`, ' '.repeat(1024 * 1024)), /too long to be one of Consul/],
      [dripWith(`${ok}content-length: 900000000\r\n\r\n`, '['), /no answer in time/],
      [() => undefined, /no answer in time/],
    ]
    await federate(cases.map(([behave]) => behave))
    const {exitCode, stderr, stdout} = await fedctl(['verify', '--json'], {cwd: folder.path})
    expect([1, 4], stderr).toContain(exitCode)
    const {checks} = JSON.parse(stdout) as {
      checks: {findings: {found?: string; status: string; subject: string}[]; id: string}[]
    }
    const findings = checks.find(({id}) => id === 'access.api')?.findings ?? []
    cases.forEach(([, found], index) => {
      expect(findings.find(({subject}) => subject === `dc${index}/s1`)).toMatchObject({
        found: expect.stringMatching(found) as string,
        status: 'fail',
      })
    })
  })

  it('make no command that acts end as a defect or a success', async () => {
    await federate([answerWith('200 OK', 'null')])
    const env = {CONSUL_HTTP_TOKEN: 'a0000000-0000-4000-8000-00000000000a'}
    const commands = ['acl status', 'acl apply', 'acl bootstrap', 'gateway register', 'gateway list']
    const ended = await Promise.all(
      commands.map(async (command) => {
        const {exitCode, stderr} = await fedctl(command.split(' '), {cwd: folder.path, env})
        return {code: exitCode === 70 || exitCode === undefined ? stderr : exitCode, command}
      }),
    )
    for (const {code, command} of ended) expect({code, command}).toEqual({code: expect.any(Number) as number, command})
    expect(ended.slice(1, 4).filter(({code}) => code === 0)).toEqual([])
  })
})

describe('federation files that are no plain files', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  it('end as errors at once: a pipe, a device, a folder, UTF-16, and lists nested without end', async () => {
    const path = (name: string) => join(folder.path, name)
    await promisify(execFile)('mkfifo', [path('pipe')])
    await writeFile(path('utf-16'), Buffer.from(`\uFEFF${federationFile}`, 'utf16le'))
    await writeFile(path('nested'), '- '.repeat(100_000))
    const cases: [file: string, exitCode: number, words: string][] = [
      [path('pipe'), 4, 'a pipe or a device'],
      ['/dev/zero', 4, 'a pipe or a device'],
      [folder.path, 4, 'a folder: name the file in it'],
      [path('utf-16'), 3, 'save it as UTF-8'],
      [path('nested'), 3, 'stand in one another'],
    ]
    for (const [file, code, words] of cases) {
      const {exitCode, stderr} = await fedctl(['tls', 'issue', '--federation', file], {cwd: folder.path})
      expect({exitCode, file}, stderr).toEqual({exitCode: code, file})
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words)
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
