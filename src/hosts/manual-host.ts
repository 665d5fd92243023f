import {relative} from 'node:path'

import {nodeLayout} from '../config/node-layout.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {agentsOf, datacenterOf, gatewaysOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {renderEnvoyCommand} from '../gateway/envoy-command.js'
import type {Ports} from '../system/ports.js'
import type {HostChange} from './change.js'
import type {Host} from './host.js'

/** Hosts that only a person may touch: each change becomes instructions for a shell. The gate sees whether they were followed. */
export function manualHost(federation: Federation, ports: Ports): Host {
  return {
    async apply(change) {
      const lines = await instructions(federation, change)
      ports.talk([`On ${change.node}:`, ...lines.map((line) => `    ${line}`)].join('\n'))
    },
    stateOf: () => Promise.resolve({status: 'unknown'}),
  }
}

/** The change as commands to type on that node; comments begin with `#`. */
async function instructions(federation: Federation, change: HostChange): Promise<string[]> {
  switch (change.kind) {
    case 'install-files':
      return installation(federation, change.node)
    case 'restart-agent':
    case 'start-agent':
      return ['# start Consul with the new configuration', 'systemctl restart consul']
    case 'start-gateway':
      return [
        '# start Envoy as mesh gateway; keep it running with your service manager',
        await envoyCommand(federation, change.node),
      ]
  }
}

function installation(federation: Federation, node: string): string[] {
  const agent = federation.datacenters.flatMap(agentsOf).find(({id}) => id === node)
  if (!agent) throw new FedctlError('bug', `no agent ${node} in the federation`)
  const source = relative(process.cwd(), workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name))
  const {configDir, dataDir} = nodeLayout(federation, agent)
  return [
    `# from this machine, copy ${source}/etc/consul.d/ to ${configDir} there`,
    `rsync -a --chmod=F600,D700 ${source}/etc/consul.d/ root@${agent.address}:${configDir}/`,
    `install -d -o consul -g consul -m 0700 ${dataDir}`,
    `chown -R consul:consul ${configDir}`,
  ]
}

async function envoyCommand(federation: Federation, id: string): Promise<string> {
  const gateway = gatewaysOf(federation).find((candidate) => candidate.id === id)
  if (!gateway) throw new FedctlError('bug', `no gateway ${id} in the federation`)
  return renderEnvoyCommand(federation, gateway, datacenterOf(federation, gateway.datacenter).consul)
}
