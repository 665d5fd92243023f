import {relative} from 'node:path'

import {configurationDigest, renderedDigest} from '../config/configuration-digest.js'
import {nodeLayout} from '../config/node-layout.js'
import type {SecretSource} from '../config/render-secrets.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {bracketed} from '../federation/fields/endpoint.js'
import type {Federation} from '../federation/model.js'
import {agentsOf, gatewaysOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {gatewayPaths, renderEnvoyCommand} from '../gateway/envoy-command.js'
import {readIfExists, writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import type {HostChange} from './change.js'
import type {Host} from './host.js'
import {localProcess} from './local-process.js'

/**
 * Hosts that only a person may touch: each change becomes instructions for a shell. The gate sees whether they were followed.
 * @param instruct prints instructions; they are a result, not talk.
 */
export function manualHost(federation: Federation, secrets: SecretSource, instruct: (text: string) => void): Host {
  const agentOf = (node: string) => federation.datacenters.flatMap(agentsOf).find(({id}) => id === node)
  return {
    async apply(change) {
      instruct(instructions(federation, change).join('\n'))
      const agent = agentOf(change.node)
      if (change.kind !== 'install-files' || !agent) return
      const digests = [await renderedDigest(federation, agent), await configurationDigest(federation, secrets, agent)]
      await writeWhole(localProcess(federation, agent.id).handedOverFile, digests.join(' '))
    },
    async stateOf(node) {
      const content = (await readIfExists(localProcess(federation, node).handedOverFile))?.toString('utf8')
      const [handedOver, digest] = content?.split(' ') ?? []
      return {status: 'unknown', ...(handedOver && digest ? {digest, handedOver} : {})}
    },
  }
}

/** The change as commands to type; comments begin with `#`. */
function instructions(federation: Federation, change: HostChange): string[] {
  switch (change.kind) {
    case 'install-files':
      return installation(federation, change.node)
    case 'restart-agent':
      return onNode(change.node, [
        'systemctl restart consul',
        '# wait until it answers before the next server is restarted',
      ])
    case 'start-agent':
      return onNode(change.node, ['systemctl enable --now consul'])
    case 'start-gateway':
      return onNode(change.node, gatewayStart(federation, change.node))
  }
}

function onNode(node: string, lines: readonly string[]): string[] {
  return [`On ${node}:`, ...lines.map((line) => `    ${line}`)]
}

function installation(federation: Federation, node: string): string[] {
  const agent = federation.datacenters.flatMap(agentsOf).find(({id}) => id === node)
  if (!agent) throw new FedctlError('bug', `no agent ${node} in the federation`)
  const rendered = workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name)
  const source = `${relative(process.cwd(), rendered)}/etc/consul.d/`
  const {configDir, dataDir} = nodeLayout(federation, agent)
  return [
    `On this machine, for ${node}:`,
    `    rsync -a --chmod=F600,D700 ${forShell(source)} ${forShell(`root@${bracketed(agent.address)}:${configDir}/`)}`,
    ...onNode(node, [
      `install -d -o consul -g consul -m 0700 ${forShell(dataDir)}`,
      `chown -R consul:consul ${forShell(configDir)}`,
    ]),
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
