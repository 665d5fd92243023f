import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync} from 'node:fs'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

import {ConsulClient} from '../../src/consul/client.js'
import {loadFederation} from '../../src/federation/load.js'
import type {Agent, Federation} from '../../src/federation/model.js'
import {Secrets} from '../../src/federation/secrets.js'
import {agentsOf} from '../../src/federation/selectors.js'
import {workspacePaths} from '../../src/federation/workspace.js'
import {type CertificatePair, createCa} from '../../src/pki/create-ca.js'
import {issueCertificate} from '../../src/pki/issue-certificate.js'
import {loadCa} from '../../src/pki/load-ca.js'
import {namesOf, type NamesRequest} from '../../src/pki/names.js'
import {writeWhole} from '../../src/system/files.js'
import {type Ended, fedctl, fedctlScript} from './fedctl.js'

const consulBinary = process.env.FEDCTL_CONSUL ?? 'consul'

/** What a gateway needs, and no more. */
const gatewayRules =
  'service "mesh-gateway" { policy = "write" } service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'

const federationFile = `primary: dc1
agent: { raft_multiplier: 1, retry_interval_wan: 1s }
datacenters:
  - name: dc1
    consul: 1.8.7
    servers: [{ name: dc1-s1, address: 127.142.1.1 }]
    clients: [{ name: dc1-c1, address: 127.142.1.11 }]
    gateways: [{ name: dc1-gw1, agent: dc1-c1, host: local }]
  - name: dc2
    consul: 1.8.7
    servers: [{ name: dc2-s1, address: 127.142.2.1 }]
    clients: [{ name: dc2-c1, address: 127.142.2.11 }]
    gateways: [{ name: dc2-gw1, agent: dc2-c1, host: local }]
`

/** Processes, clients and the folder of a test, which `end` takes away again. */
export class Workshop {
  private readonly children = new Map<string, ChildProcess>()
  private readonly clients: ConsulClient[] = []
  private readonly ca: CertificatePair = createCa({days: 2, domain: 'consul', now: new Date()})

  private constructor(readonly folder: string) {}

  static async open(): Promise<Workshop> {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), 'fedctl-gateway-')))
    await writeWhole(join(workshop.folder, 'ca.pem'), workshop.ca.certPem)
    return workshop
  }

  get caPem(): string {
    return this.ca.certPem
  }

  /** A certificate of the workshop's CA. */
  issue(names: Omit<NamesRequest, 'domain'>): {cert: string; key: string} {
    const now = new Date()
    const profile = namesOf({...names, domain: 'consul'})
    const {certPem, keyPem} = issueCertificate({ca: loadCa(this.ca, now), days: 1, now, profile})
    return {cert: certPem, key: keyPem}
  }

  client(url: string, token = ''): ConsulClient {
    const client = new ConsulClient({token, url})
    this.clients.push(client)
    return client
  }

  /** Starts a Consul agent with a certificate for these names; what it writes goes to `<name>.log`. */
  async startAgent(
    names: Omit<NamesRequest, 'domain'> & {readonly name: string},
    address: string,
    config: object,
  ): Promise<void> {
    const {datacenter, kind, name} = names
    const {cert, key} = this.issue(names)
    const file = (suffix: string) => join(this.folder, `${name}${suffix}`)
    await Promise.all([writeWhole(file('.pem'), cert), writeWhole(file('-key.pem'), key)])
    const whole = {
      bind_addr: address,
      ca_file: join(this.folder, 'ca.pem'),
      cert_file: file('.pem'),
      client_addr: address,
      data_dir: file('-data'),
      datacenter,
      disable_update_check: true,
      key_file: file('-key.pem'),
      node_name: name,
      performance: {raft_multiplier: 1},
      server: kind === 'server',
      verify_outgoing: true,
      verify_server_hostname: true,
      ...(kind === 'server' ? {bootstrap_expect: 1, verify_incoming_rpc: true} : {}),
      ...config,
    }
    await writeWhole(file('.json'), JSON.stringify(whole))
    this.spawn(name, consulBinary, ['agent', `-config-file=${file('.json')}`])
  }

  /** Starts a program; what it writes is appended to `<name>.log`. */
  spawn(name: string, file: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a', 0o600)
    const {HOME, PATH} = process.env
    const child = spawn(file, args, {env: {HOME, PATH}, stdio: ['ignore', log, log]})
    closeSync(log)
    this.children.set(name, child)
  }

  async log(name: string): Promise<string> {
    return readFile(join(this.folder, `${name}.log`), 'utf8')
  }

  /** Ends a process. @returns Its exit code, or null where the signal ended it. */
  async stop(name: string, signal: NodeJS.Signals): Promise<number | null> {
    const child = this.children.get(name)
    if (!child) throw new Error(`nothing runs as ${name}`)
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    }
    return child.exitCode
  }

  async end(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()))
    await Promise.all([...this.children.keys()].map((name) => this.stop(name, 'SIGKILL')))
    await rm(this.folder, {force: true, recursive: true})
  }
}

interface ServerConfig {
  readonly acl?: {readonly enable_token_replication: true; readonly tokens: object}
  readonly primary_gateways?: readonly string[]
  readonly primary_gateways_interval?: string
  readonly retry_interval_wan?: string
}

/** Two datacenters, dc1 and dc2, of one server and one client each, with TLS and default deny, federated through two gateways of fedctl. */
export class GatewayFederation {
  private constructor(
    readonly workshop: Workshop,
    readonly model: Federation,
    readonly secrets: Secrets,
  ) {}

  /** Starts everything and waits until each datacenter answers the other. */
  static async start(workshop: Workshop): Promise<GatewayFederation> {
    await writeWhole(workspacePaths(workshop.folder).federationFile, federationFile)
    const model = await loadFederation(workspacePaths(workshop.folder).federationFile)
    const secrets = await Secrets.load(workshop.folder)
    const federation = new GatewayFederation(workshop, model, secrets)
    await federation.startDatacenter('dc1', {})
    await federation.makeGatewayToken()
    await federation.openGateway('dc1')
    await federation.startDatacenter('dc2', {
      acl: {enable_token_replication: true, tokens: {replication: await federation.management()}},
      primary_gateways: ['127.142.1.11:8443'],
      primary_gateways_interval: '1s',
      retry_interval_wan: '1s',
    })
    await federation.openGateway('dc2')
    for (const [from, to] of [
      ['dc1', 'dc2'],
      ['dc2', 'dc1'],
    ] as const) {
      await until(`${from} gets an answer from ${to}`, () => federation.reaches(from, to))
    }
    return federation
  }

  /** A client for the server of a datacenter, with the management token. */
  async server(datacenter: string): Promise<ConsulClient> {
    return this.workshop.client(`http://127.142.${datacenter.slice(2)}.1:8500`, await this.management())
  }

  /** Whether the server of a datacenter gets the catalog of another one. */
  async reaches(from: string, to: string): Promise<boolean> {
    const client = await this.server(from)
    const services = await client.request<object>('/v1/catalog/services', {query: {dc: to}, timeoutMs: 3000})
    return 'consul' in services
  }

  /** Runs fedctl as a program. */
  async fedctl(...args: string[]): Promise<Ended> {
    return fedctl([...args, '--federation', this.model.file])
  }

  /** Starts the gateway of a datacenter with `gateway run` and waits until it knows its server. */
  async startGateway(datacenter: string): Promise<void> {
    const name = `${datacenter}-gw1`
    const status = `127.142.${datacenter.slice(2)}.11:19000`
    const args = ['gateway', 'run', '--gateway', `${datacenter}/${name}`, '--status', status]
    this.workshop.spawn(name, process.execPath, [fedctlScript, ...args, '--federation', this.model.file])
    const page = this.workshop.client(`http://${status}`)
    await until(`${name} has a route to its server`, async () => {
      const {routes} = await page.request<{routes: {servers: object}}>('/')
      return Object.keys(routes.servers).length > 0
    })
  }

  async management(): Promise<string> {
    return (await this.secrets.token('management')).secretId
  }

  private async openGateway(datacenter: string): Promise<void> {
    await this.startGateway(datacenter)
    await until(`the gateway of ${datacenter} is registered`, async () => {
      const {exitCode, stderr} = await this.fedctl('gateway', 'register', '--dc', datacenter)
      if (exitCode !== 0) throw new Error(stderr)
      return true
    })
  }

  private async startDatacenter(name: string, serverConfig: ServerConfig): Promise<void> {
    const management = await this.management()
    const datacenter = this.model.datacenters.find((candidate) => candidate.name === name)
    for (const agent of datacenter ? agentsOf(datacenter) : []) {
      const own = agent.kind === 'server' ? serverConfig : {}
      const tokens = {agent: management, ...(agent.id === 'dc1/dc1-s1' ? {master: management} : {}), ...own.acl?.tokens}
      await this.workshop.startAgent(
        {...agent, ...(agent.kind === 'server' ? {node: agent.name} : {})},
        agent.address,
        {
          ...kindConfig(agent),
          ...own,
          acl: {default_policy: 'deny', enabled: true, ...own.acl, tokens},
          primary_datacenter: 'dc1',
        },
      )
    }
    const client = await this.server(name)
    await until(`${name} knows the management token`, async () => {
      await client.request('/v1/acl/token/self', {query: {stale: ''}})
      return true
    })
  }

  private async makeGatewayToken(): Promise<void> {
    const client = await this.server('dc1')
    const {accessorId, secretId} = await this.secrets.token('gateway')
    const policy = {Name: 'gateway', Rules: gatewayRules}
    const token = {AccessorID: accessorId, Policies: [{Name: 'gateway'}], SecretID: secretId}
    await client.request('/v1/acl/policy', {body: policy, method: 'PUT'})
    await client.request('/v1/acl/token', {body: token, method: 'PUT'})
  }
}

function kindConfig({address, kind}: Agent): object {
  const ports = {dns: -1, grpc: 8502}
  const server = address.replace(/\d+$/, '1')
  return kind === 'server'
    ? {connect: {enable_mesh_gateway_wan_federation: true, enabled: true}, ports}
    : {ports, retry_interval: '1s', retry_join: [server]}
}

/** Waits for a condition. @throws What it threw last, or an error that names what was waited for. */
export async function until(what: string, condition: () => Promise<boolean>, withinMs = 40_000): Promise<void> {
  const deadline = Date.now() + withinMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      if (await condition()) return
      last = undefined
    } catch (error) {
      last = error
    }
    await delay(100)
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`, {cause: last})
}
