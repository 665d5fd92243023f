import {readFile} from 'node:fs/promises'

import {agentConfig} from '../../config/agent-config.js'
import {agentHcl} from '../../config/agent-hcl.js'
import {nodeLayout} from '../../config/node-layout.js'
import {secretsOf} from '../../config/render-secrets.js'
import type {Agent, AgentPorts, Federation} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import {readNamespaces} from '../../hosts/namespaces.js'
import {issueCertificate} from '../../pki/issue-certificate.js'
import {namesOf} from '../../pki/names.js'
import {writeWhole} from '../../system/files.js'
import {ownCa} from './certificates.js'
import type {LabToBreak} from './fault.js'
import {brokenSecondary, brokenServer} from './nodes.js'
import {besideOf, startServerBeside} from './processes.js'

/** Where all nodes share an address, each has ten ports. */
const portsPerNode = 10

/** The node name of the one server of the second cluster. */
export function secondClusterNode(federation: Federation): string {
  return `${brokenSecondary(federation).name}-other`
}

/**
 * Starts a server that knows nobody in its datacenter, elects itself, and joins the primary under the name of a secondary, as a copied
 * configuration does.
 */
export async function startSecondCluster(lab: LabToBreak): Promise<void> {
  const {federation, ports, renderSecrets} = lab.context
  const original = brokenServer(federation)
  const server = await besideServer(federation)
  const alone = {
    ...federation,
    datacenters: federation.datacenters.map((datacenter) =>
      datacenter.name === server.datacenter ? {...datacenter, clients: [], servers: [server]} : datacenter,
    ),
  }
  const layout = nodeLayout(alone, server)
  const secrets = await secretsOf(federation, original, renderSecrets, false)
  const node = secondClusterNode(federation)
  const config = {...agentConfig(alone, server, secrets, layout), node_name: node}
  const now = ports.clock.now()
  const {certPem, keyPem} = issueCertificate({
    ca: await ownCa(federation, now),
    days: federation.tls.days,
    now,
    profile: namesOf({datacenter: server.datacenter, domain: federation.domain, kind: 'server', node}),
  })
  await writeWhole(layout.caFile, await readFile(federation.tls.caFile))
  await writeWhole(layout.certFile, certPem)
  await writeWhole(layout.keyFile, keyPem)
  await writeWhole(layout.configFile, await agentHcl(config))
  await startServerBeside(lab, server.id, layout.configDir)
}

/** At the next ports where it has to share an address, as in a network of its own, which has no other; else at the next address. */
async function besideServer(federation: Federation): Promise<Agent> {
  const {servers} = brokenSecondary(federation)
  const original = brokenServer(federation)
  const last = servers.at(-1) ?? original
  const addresses = new Set(federation.datacenters.flatMap(agentsOf).map(({address}) => address))
  const beside = {...original, id: besideOf(original.id), name: besideOf(original.name)}
  const isIsolated = (await readNamespaces(federation.workspace)) !== undefined
  if (isIsolated || addresses.size === 1) return {...beside, ports: shifted(last.ports)}
  return {...beside, address: last.address.replace(/\d+$/, (octet) => String(Number(octet) + 1))}
}

function shifted(ports: AgentPorts): AgentPorts {
  const named: Readonly<Record<string, number>> = {...ports}
  const moved = Object.entries(named).map(([name, port]) => [name, port > 0 ? port + portsPerNode : port] as const)
  return {...ports, ...Object.fromEntries(moved)}
}
