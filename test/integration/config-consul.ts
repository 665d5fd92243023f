import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {type Dispatcher, request} from 'undici'

import {findConsul} from '../../src/consul/binary.js'
import type {Federation} from '../../src/federation/model.js'
import {agentsOf} from '../../src/federation/selectors.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {writeWhole} from '../../src/system/files.js'
import {runProgram} from '../../src/system/run.js'

/** The installed Consul: its path and version. */
export const installedConsul = () => findConsul(process.env)

/** Gives a workspace a CA and certificates for all agents, made by Consul's own `tls` commands. */
export async function issueWithConsul(federation: Federation): Promise<void> {
  const paths = workspacePaths(federation.workspace)
  const work = await mkdtemp(join(federation.workspace, 'consul-tls-'))
  const {path} = await installedConsul()
  const {domain} = federation
  await consulTls(path, work, ['ca', 'create', `-domain=${domain}`])
  await writeWhole(paths.caFile, await readFile(join(work, `${domain}-agent-ca.pem`)))
  for (const datacenter of federation.datacenters) {
    for (const [index, agent] of agentsOf(datacenter).entries()) {
      const folder = join(work, datacenter.name, String(index))
      await mkdir(folder, {recursive: true})
      const kind = agent.kind === 'server' ? ['-server', `-node=${agent.name}`] : ['-client']
      const ca = [`-ca=${join(work, `${domain}-agent-ca.pem`)}`, `-key=${join(work, `${domain}-agent-ca-key.pem`)}`]
      await consulTls(path, folder, ['cert', 'create', ...kind, `-dc=${datacenter.name}`, `-domain=${domain}`, ...ca])
      const stem = join(folder, `${datacenter.name}-${agent.kind}-${domain}-0`)
      await writeWhole(paths.certificate(datacenter.name, agent.name), await readFile(`${stem}.pem`))
      await writeWhole(paths.certificateKey(datacenter.name, agent.name), await readFile(`${stem}-key.pem`))
    }
  }
}

async function consulTls(consul: string, cwd: string, args: string[]): Promise<void> {
  const {exitCode, stderr} = await runProgram(consul, ['tls', ...args], {cwd})
  if (exitCode !== 0) throw new Error(`consul tls ${args.join(' ')}: ${stderr}`)
}

export interface RunningAgent {
  /** What it wrote so far. */
  log(): string
  /** Ends it at once and waits until it is gone. */
  stop(): Promise<void>
  /** Asks until `accept` takes an answer, for at most 30 s. */
  until<T>(request: () => Promise<T>, accept: (answer: T) => boolean): Promise<T>
}

/** Starts an agent from a configuration folder. Whoever starts it stops it. */
export async function startAgent(configDir: string): Promise<RunningAgent> {
  const {path} = await installedConsul()
  const child = spawn(path, ['agent', `-config-dir=${configDir}`], {stdio: ['ignore', 'pipe', 'pipe']})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const ended = once(child, 'exit')
  return {
    log: () => output,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
    async until(request, accept) {
      const deadline = Date.now() + 30_000
      let last: unknown
      while (Date.now() < deadline && child.exitCode === null) {
        try {
          const answer = await request()
          if (accept(answer)) return answer
          last = answer
        } catch (error) {
          last = error
        }
        await delay(100)
      }
      throw new Error(`the agent did not get there; last answer ${JSON.stringify(last)}\n${output}`, {cause: last})
    },
  }
}

/** Asks the HTTP API; with a body it is a PUT. @throws Error for any status but 200. */
export async function askConsul(
  url: string,
  options: {body?: object; dispatcher?: Dispatcher; token?: string | undefined} = {},
): Promise<unknown> {
  const {body, dispatcher, token} = options
  const response = await request(url, {
    headers: token === undefined ? {} : {'X-Consul-Token': token},
    ...(body && {body: JSON.stringify(body), method: 'PUT'}),
    ...(dispatcher && {dispatcher}),
  })
  const text = await response.body.text()
  if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode}: ${text}`)
  return JSON.parse(text) as unknown
}
