import {relative} from 'node:path'

import {nodeLayout} from '../config/node-layout.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {agentsOf, gatewaysOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {gatewayPaths, renderEnvoyCommand} from '../gateway/envoy-command.js'
import type {Ports} from '../system/ports.js'
import type {HostChange} from './change.js'
import type {Host} from './host.js'

/** Hosts that only a person may touch: each change becomes instructions for a shell. The gate sees whether they were followed. */
export function manualHost(federation: Federation, ports: Ports): Host {
  return {
    apply(change) {
      const lines = instructions(federation, change)
      ports.talk([`On ${change.node}:`, ...lines.map((line) => `    ${line}`)].join('\n'))
      return Promise.resolve()
    },
    stateOf: () => Promise.resolve({status: 'unknown'}),
  }
}

/** The change as commands to type on that node; comments begin with `#`. */
function instructions(federation: Federation, change: HostChange): string[] {
  switch (change.kind) {
    case 'install-files':
      return installation(federation, change.node)
    case 'restart-agent':
    case 'start-agent':
      return ['# start Consul with the new configuration', 'systemctl restart consul']
    case 'start-gateway':
      return gatewayStart(federation, change.node)
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

function gatewayStart(federation: Federation, id: string): string[] {
  const gateway = gatewaysOf(federation).find((candidate) => candidate.id === id)
  if (!gateway) throw new FedctlError('bug', `no gateway ${id} in the federation`)
  const token = relative(process.cwd(), workspacePaths(federation.workspace).tokenFile('gateway'))
  return [
    ...(federation.acl.enabled ? [`# copy ${token} to ${gatewayPaths.tokenFile} there (owner consul, mode 0600)`] : []),
    '# then keep Envoy running as mesh gateway with your service manager; `fedctl gateway render` has a unit for systemd',
    ...renderEnvoyCommand(federation, gateway).split('\n'),
  ]
}
