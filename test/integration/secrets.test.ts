import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {appendFile, readFile, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout as delay} from 'node:timers/promises'

import pMap from 'p-map'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {LabStatus} from '../../src/lab/status.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {
  descendantsOf,
  filesBelow,
  keyLinesOf,
  leaksIn,
  readableByOthers,
  type Secret,
  secretsIn,
  whatProcessesShow,
} from './leaks.js'

const sampleMs = 50

describe('the secrets of a federation', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let lab: string
  let secrets: Secret[]
  /** What was seen, by where it was seen. */
  const seen = new Map<string, string>()
  const inLab = (...path: string[]) => join(lab, ...path)

  /** Runs fedctl, and looks at the processes below it again and again meanwhile. */
  const watch = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [fedctlScript, ...args], {
      cwd: folder.path,
      env: {...process.env, CONSUL_HTTP_TOKEN: '', ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const {pid = 0} = child
    const output = Promise.all([text(child.stdout), text(child.stderr)])
    const shown = new Set<string>()
    const look = async () => {
      for (const line of await whatProcessesShow(await descendantsOf(pid))) shown.add(line)
      for (const line of await whatProcessesShow([pid])) if (!line.includes('CONSUL_HTTP_TOKEN=')) shown.add(line)
    }
    const ended = once(child, 'close')
    while (child.exitCode === null && child.signalCode === null) {
      await Promise.all([look(), delay(sampleMs)])
    }
    await ended
    const [stdout, stderr] = await output
    const name = args.join(' ')
    for (const [what, said] of Object.entries({processes: [...shown].join('\n'), stderr, stdout})) {
      seen.set(`${what} of fedctl ${name}`, said)
    }
    return {exitCode: child.exitCode, name, stderr, stdout}
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    lab = join(folder.path, 'lab')
    const up = await watch(['lab', 'up', '--dir', lab, '--debug'])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    // The tokens of Consul's own files are looked for in what comes after the first run, too.
    secrets = await secretsIn(lab)
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--purge', '--dir', lab])
    await folder.remove()
  })

  it('are many, and the search for them finds each in every spelling', async () => {
    const names = secrets.map(({name}) => name)
    expect(names).toEqual(expect.arrayContaining(['the gossip key', 'token management', 'token replication']))
    expect(names).toEqual(expect.arrayContaining([expect.stringContaining('ca-key.pem')]))
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/rendered.*agent\.hcl|rendered.*\.hcl/)]))
    expect(secrets.length).toBeGreaterThan(30)
    for (const secret of secrets) {
      const {text: plain} = secret
      for (const offset of ['', 'a', 'ab']) {
        const encoded = Buffer.from(`${offset}${plain}, and more`).toString('base64')
        for (const hidden of [`before ${plain} after`, encoded, `?token=${encodeURIComponent(plain)}&x`]) {
          expect(leaksIn(hidden, secrets), `${secret.name} in ${hidden}`).toContain(secret.name)
        }
      }
    }
    expect(leaksIn(await readFile(inLab('federation.yaml'), 'utf8'), secrets)).toEqual([])
    await writeFile(inLab('planted'), secrets[0]?.text ?? '', {mode: 0o644})
    const files = await readableByOthers(lab)
    expect(files).toContain(inLab('planted'))
    await writeFile(inLab('planted'), '')
  })

  it('are in no output of any command, nor in the arguments and environments of what it runs', async () => {
    const here = ['--federation', inLab('federation.yaml'), '--debug']
    const reading = [
      ['acl', 'status', ...here],
      ['bootstrap', 'status', ...here],
      ['config', 'render', '--dry-run', ...here],
      ['gateway', 'list', ...here],
      ['gateway', 'render', ...here],
      ['lab', 'status', '--dir', lab, '--debug'],
      ['verify', '--full', '--save-snapshot', inLab('snapshot.json'), ...here],
      ['verify', '--only', 'gossip.key', ...here],
      ['verify', '--preflight', ...here],
    ]
    const writing = [
      ['acl', 'apply', ...here],
      ['acl', 'bootstrap', ...here],
      ['config', 'render', '--out', inLab('elsewhere'), ...here],
      ['gateway', 'register', ...here],
      ['tls', 'issue', ...here],
    ]
    const plain = [
      ['bootstrap', 'primary', '--dry-run', ...here],
      ['bootstrap', 'secondary', '--dry-run', ...here],
      ['lab', 'exec', '--dir', lab, 'dc1', '--', 'env'],
      ['lab', 'exec', '--dir', lab, 'dc2', '--', 'consul', 'members', '-wan', '-detailed'],
    ]
    const works = async (command: readonly string[]) => {
      const {exitCode, name, stderr, stdout} = await watch(command)
      expect({exitCode, name, stderr}).toMatchObject({exitCode: 0})
      if (command.includes('--json')) expect(() => JSON.parse(stdout) as unknown, name).not.toThrow()
    }
    const both = (commands: readonly string[][]) => commands.flatMap((command) => [command, [...command, '--json']])
    await pMap([...both(reading), ...plain], works, {concurrency: 2})
    const inTurn = [
      ['bootstrap', 'primary', ...here],
      ['bootstrap', 'secondary', ...here],
      ['lab', 'up', '--dir', lab, '--debug'],
      ['lab', 'break', 'anonymous-token-too-tight', '--dir', lab, '--debug'],
      ['lab', 'mend', '--dir', lab, '--debug'],
      ['verify', '--write-probes', '--wait', '2m', ...here],
    ]
    for (const command of [...both(writing), ...inTurn]) await works(command)
    expectNoLeak()
  })

  it('are in no output of the commands that need no workspace', async () => {
    const {processes} = JSON.parse((await fedctl(['lab', 'status', '--dir', lab, '--json'])).stdout) as LabStatus
    const {httpAddress = '', tokenFile = ''} = processes.find(({kind}) => kind === 'server') ?? {}
    const commands = [
      ['init', '--from', httpAddress, '--federation', join(folder.path, 'adopted', 'federation.yaml'), '--debug'],
      ['tls', 'ca', 'create', '--debug'],
      ['tls', 'cert', 'create', '-server', '-dc', 'dc1', '-node', 's1', '--debug'],
    ]
    for (const command of commands) {
      const {exitCode, name, stderr} = await watch(command, {CONSUL_HTTP_TOKEN_FILE: tokenFile})
      expect({exitCode, name, stderr}).toMatchObject({exitCode: 0})
    }
    secrets.push(
      ...(await keyLinesOf(
        ['consul-agent-ca-key.pem', 'dc1-server-consul-0-key.pem'].map((name) => join(folder.path, name)),
      )),
    )
    expectNoLeak()
  })

  it('are in no error: neither a token that is wrong, nor one that a server quotes', async () => {
    const wrong = 'b3a1c9d0-7f3e-4c55-9d1c-0123456789ab'
    const file = inLab('a-token')
    await writeFile(file, `${wrong}\n`, {mode: 0o600})
    const echo = await echoServer()
    const {port} = echo.address() as AddressInfo
    const whole = await readFile(inLab('federation.yaml'), 'utf8')
    const withToken = whole.replace(/^( +)token: workspace\n/m, '')
    expect(withToken).not.toBe(whole)
    await writeFile(inLab('ours.yaml'), withToken)
    const quoting = withToken.replace(/(name: dc1-s1, address: [\d.]+)/, `$1, api: { url: "http://127.0.0.1:${port}" }`)
    await writeFile(inLab('quoting.yaml'), quoting)
    secrets.push({name: 'the wrong token', text: wrong})
    const commands = ['acl status', 'acl apply', 'verify --json', 'bootstrap status'].map((line) => line.split(' '))
    const runs = ['ours.yaml', 'quoting.yaml'].flatMap((name) =>
      commands.map((command) => [...command, '--debug', '--federation', inLab(name)]),
    )
    for (const [index, args] of runs.entries()) {
      const env = index % 2 === 0 ? {CONSUL_HTTP_TOKEN: wrong} : {CONSUL_HTTP_TOKEN_FILE: file}
      const {exitCode, name, stderr} = await watch(args, env)
      const expected = args[1] === 'status' ? [0, 1, 4, 5] : [1, 4, 5]
      expect(expected, `${name} ends with ${exitCode}: ${stderr}`).toContain(exitCode)
    }
    await new Promise((resolve) => echo.close(resolve))
    expect([...seen.values()].some((said) => said.includes('<redacted>'))).toBe(true)
    expectNoLeak()
  })

  it('are in no journal, snapshot or log, in no process, and in no file that others may read', async () => {
    const {processes} = JSON.parse((await fedctl(['lab', 'status', '--dir', lab, '--json'])).stdout) as LabStatus
    for (const {node, pid} of processes.map((each) => ({node: each.name, pid: each.pid}))) {
      seen.set(`the process of ${node}`, (await whatProcessesShow(pid === undefined ? [] : [pid])).join('\n'))
    }
    const logs = (await filesBelow(inLab('.fedctl', 'run'))).filter((path) => path.endsWith('/log'))
    expect(logs).toHaveLength(6)
    const files = [...logs, inLab('.fedctl', 'journal.jsonl'), inLab('snapshot.json'), ...(await readableByOthers(lab))]
    for (const path of files) seen.set(path, await readFile(path, 'latin1'))
    expectNoLeak()
    // That it can fail: what is planted is found.
    await appendFile(inLab('.fedctl', 'journal.jsonl'), `${secrets[1]?.text}\n`)
    expect(leaksIn(await readFile(inLab('.fedctl', 'journal.jsonl'), 'utf8'), secrets)).not.toEqual([])
  })

  it('are not shown while everything is taken down', async () => {
    const down = await watch(['lab', 'down', '--dir', lab, '--debug'])
    expect(down, down.stderr).toMatchObject({exitCode: 0})
    expectNoLeak()
  })

  function expectNoLeak(): void {
    const leaks = [...seen].flatMap(([where, said]) => leaksIn(said, secrets).map((name) => `${name} in ${where}`))
    expect(leaks).toEqual([])
  }
})

/** A server that is no Consul, and quotes the token that it was sent in every refusal. */
async function echoServer(): Promise<Server> {
  const server = createServer((request, response) => {
    response.statusCode = 500
    response.end(`rpc error: no such token: ${request.headers['x-consul-token']?.toString() ?? 'none'}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
