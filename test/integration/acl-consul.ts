import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, request, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

import {ConsulClient} from '../../src/consul/client.js'
import type {AclServer} from '../../src/acl/servers.js'

/** Where this machine's Consul is. */
const consulBinary = process.env.FEDCTL_CONSUL ?? 'consul'

export interface ServerOptions {
  readonly address: string
  /** False for a server without ACLs. */
  readonly acl?: boolean
  /** Text of further configuration. */
  readonly extra?: string
  /** `acl.tokens.master`, the management token from the first start on. */
  readonly initialManagement?: string
  readonly join?: readonly string[]
  readonly node: string
  readonly servers?: number
  /** Text of further entries of `acl.tokens`. */
  readonly tokens?: string
}

export interface RunningServer {
  readonly address: string
  readonly id: string
  readonly process: ChildProcess
  readonly url: string
}

/** Real Consul servers of one datacenter, dc1, in a temporary folder. `stop` ends them and removes it. */
export class Servers {
  private readonly clients: ConsulClient[] = []
  private readonly running: RunningServer[] = []

  private constructor(readonly folder: string) {}

  static async inTemporaryFolder(): Promise<Servers> {
    return new Servers(await mkdtemp(join(tmpdir(), 'fedctl-acl-')))
  }

  /** Starts a server with ACLs and default deny. It may not have a leader yet. */
  async start(options: ServerOptions): Promise<RunningServer> {
    const {
      acl = true,
      address,
      extra = '',
      initialManagement,
      join: others = [],
      node,
      servers = 1,
      tokens = '',
    } = options
    const folder = join(this.folder, node)
    await mkdir(folder, {recursive: true})
    const master = initialManagement === undefined ? '' : `master = "${initialManagement}"`
    await writeFile(
      join(folder, 'agent.hcl'),
      `datacenter = "dc1"
       primary_datacenter = "dc1"
       node_name = "${node}"
       server = true
       bootstrap_expect = ${servers}
       data_dir = "${join(folder, 'data')}"
       bind_addr = "${address}"
       client_addr = "${address}"
       retry_join = ${JSON.stringify(others)}
       retry_interval = "1s"
       ports { dns = -1 }
       performance { raft_multiplier = 1 }
       acl { enabled = ${acl} default_policy = "deny" tokens { ${master} ${tokens} } }
       ${extra}`,
      {mode: 0o600},
    )
    const log = join(folder, 'log')
    const child = spawn('/bin/sh', ['-c', 'exec "$0" agent -config-dir "$1" > "$2" 2>&1', consulBinary, folder, log], {
      stdio: 'ignore',
    })
    const server = {address, id: `dc1/${node}`, process: child, url: `http://${address}:8500`}
    this.running.push(server)
    return server
  }

  /** A client of a server, or of whatever listens at `url`. */
  client(url: string, token?: string): ConsulClient {
    const client = new ConsulClient({url, ...(token === undefined ? {} : {token})})
    this.clients.push(client)
    return client
  }

  /** Servers as the ACL functions take them. */
  asAclServers(servers: readonly RunningServer[], token?: string): AclServer[] {
    return servers.map(({id, url}) => ({client: this.client(url, token), datacenter: 'dc1', id}))
  }

  async logOf(node: string): Promise<string> {
    return readFile(join(this.folder, node, 'log'), 'utf8')
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()))
    await Promise.all(
      this.running.map(async ({process: child}) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, 'exit')
        child.kill('SIGCONT')
        child.kill('SIGKILL')
        await ended
      }),
    )
    await rm(this.folder, {force: true, recursive: true})
  }
}

/** Waits for a condition. @throws The last error, or one that names what was waited for. */
export async function until(what: string, condition: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      if (await condition()) return
      last = undefined
    } catch (error) {
      last = error
    }
    await delay(50)
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, {cause: last})
}

/** What a front does with a request: let it through, drop it before Consul sees it, or drop Consul's answer. */
export type Fate = 'lose-answer' | 'lose-request' | 'pass'

/** A front of a real Consul that loses what it is told to lose. */
export interface Front {
  /** Requests so far. */
  count(): number
  close(): Promise<void>
  readonly url: string
}

/** @param fate is asked for each request, numbered from 0. */
export async function startFront(target: string, fate: (index: number, method: string) => Fate): Promise<Front> {
  let count = 0
  const front: Server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? 'GET'
    const decided = fate(count++, method)
    if (decided === 'lose-request') {
      incoming.socket.destroy()
      return
    }
    const onward = request(`${target}${incoming.url ?? ''}`, {headers: incoming.headers, method}, (answer) => {
      if (decided === 'lose-answer') {
        answer.resume().on('end', () => incoming.socket.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const {port} = front.address() as AddressInfo
  return {
    async close() {
      front.closeAllConnections()
      front.close()
      await once(front, 'close')
    },
    count: () => count,
    url: `http://127.0.0.1:${port}`,
  }
}
