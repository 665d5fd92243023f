import type {Agent, Federation, Gateway} from '../federation/model.js'
import {agentBeside, agentsOf, atWork} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {localProcess} from '../hosts/local-process.js'
import {readNamespaces} from '../hosts/namespaces.js'
import {findProcess} from '../system/background-process.js'
import {readFaultRecord} from './faults/fault-record.js'
import {nodesWithPidFile} from './run-folder.js'

/** What `lab status --json` prints; the shape is a contract. */
export interface LabStatus {
  readonly datacenters: readonly string[]
  /** What `lab break` has broken; empty where nothing is. */
  readonly fault: string
  /** Whether all of the fault was made; false while `lab break` makes it, and where that was ended on the way. True where nothing is broken. */
  readonly faultMade: boolean
  /** Whether each datacenter has a network namespace of its own. */
  readonly isolated: boolean
  readonly processes: readonly LabProcess[]
  readonly schemaVersion: 1
  readonly state: 'degraded' | 'down' | 'up'
}

export interface LabProcess {
  readonly address: string
  readonly alive: boolean
  /** Empty where TLS is off. */
  readonly caFile: string
  readonly datacenter: string
  readonly httpAddress: string
  readonly kind: 'client' | 'gateway' | 'server'
  readonly log: string
  readonly name: string
  /** 0 where it was never started. */
  readonly pid: number
  /** Empty where ACLs are off. */
  readonly tokenFile: string
}

/** The processes of a lab and whether they run, without gateways that fedctl does not start. Asks no API. */
export async function labStatus(federation: Federation): Promise<LabStatus> {
  const described = await Promise.all(
    federation.datacenters.flatMap((datacenter) => {
      const {clients, gateways} = atWork(federation, datacenter)
      const needed = new Set([...datacenter.servers, ...clients, ...gateways].map(({id}) => id))
      const nodes = [
        ...agentsOf(datacenter).map((agent) => ({agent, kind: agent.kind, node: agent})),
        ...datacenter.gateways
          .filter(({host}) => host === 'local')
          .map((node) => ({agent: agentBeside(datacenter, node), kind: 'gateway' as const, node})),
      ]
      return nodes.map(async ({agent, kind, node}) => ({
        isNeeded: needed.has(node.id),
        process: await describe(federation, node, agent, kind),
      }))
    }),
  )
  const processes = described.filter(({isNeeded, process}) => isNeeded || process.alive).map(({process}) => process)
  const broken = await readFaultRecord(federation.workspace)
  const alive = processes.filter((process) => process.alive).length
  return {
    datacenters: federation.datacenters.map(({name}) => name),
    isolated: (await readNamespaces(federation.workspace)) !== undefined,
    fault: broken?.fault ?? '',
    faultMade: broken?.isMade ?? true,
    processes,
    schemaVersion: 1,
    state: alive === processes.length ? 'up' : alive === 0 ? 'down' : 'degraded',
  }
}

/** Nodes that run and that the federation file does not name any more. */
export async function strayProcesses(federation: Federation): Promise<{node: string; pid: number}[]> {
  const known = new Set(
    federation.datacenters.flatMap((datacenter) => [...agentsOf(datacenter), ...datacenter.gateways].map(({id}) => id)),
  )
  const others = (await nodesWithPidFile(federation.workspace)).filter((node) => !known.has(node))
  const found = await Promise.all(
    others.map(async (node) => ({node, process: await findProcess(localProcess(federation, node).pidFile)})),
  )
  return found.flatMap(({node, process}) => (process?.alive ? [{node, pid: process.pid}] : []))
}

async function describe(
  federation: Federation,
  node: Agent | Gateway,
  agent: Agent,
  kind: LabProcess['kind'],
): Promise<LabProcess> {
  const {logFile, pidFile} = localProcess(federation, node.id)
  const found = await findProcess(pidFile)
  return {
    address: node.address,
    alive: found?.alive ?? false,
    caFile: federation.tls.enabled ? federation.tls.caFile : '',
    datacenter: node.datacenter,
    httpAddress: agent.api.url,
    kind,
    log: logFile,
    name: node.name,
    pid: found?.pid ?? 0,
    tokenFile: federation.acl.enabled ? workspacePaths(federation.workspace).tokenFile('management') : '',
  }
}
