import {randomBytes} from 'node:crypto'
import {join} from 'node:path'

import type {AgentConfig} from '../../config/agent-config.js'
import {nodeLayout} from '../../config/node-layout.js'
import type {Datacenter, Federation} from '../../federation/model.js'
import {formatEndpoint} from '../../federation/fields/endpoint.js'
import {agentsOf, primaryOf} from '../../federation/selectors.js'
import {readIfExists, writeWhole} from '../../system/files.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenSecondary, brokenServer, firstServerOf, reconfigure} from './nodes.js'

/** Bytes of a gossip key, as `consul keygen` makes it. */
const keyBytes = 32
/** Nobody in a lab listens there. */
const closedPort = 8444

export const configurationFaults: readonly Fault[] = [
  settingFault({
    cause: 'agent.primary-gateways',
    change: (config, federation) => ({...config, primary_gateways: gatewaysOf(brokenSecondary(federation))}),
    checks: ['agent.primary-gateways'],
    id: 'primary-gateways-wrong',
    title: 'primary_gateways of a secondary names its own gateways',
  }),
  settingFault({
    cause: 'agent.primary-gateways',
    change: (config, federation) => ({
      ...config,
      primary_gateways: primaryOf(federation).gateways.map(({wanAddress}) => wanAddress),
    }),
    checks: ['agent.primary-gateways'],
    id: 'primary-gateways-without-port',
    title: 'primary_gateways of a secondary has no ports',
  }),
  settingFault({
    cause: 'agent.primary-gateways',
    change: (config, federation) => ({
      ...config,
      primary_gateways: primaryOf(federation).gateways.map(({wanAddress}) =>
        formatEndpoint({host: wanAddress, port: closedPort}),
      ),
    }),
    checks: ['agent.primary-gateways'],
    id: 'primary-gateways-unreachable',
    title: 'primary_gateways of a secondary names ports at which nothing listens',
  }),
  settingFault({
    cause: 'agent.setting',
    change: (config) => ({...config, primary_datacenter: 'another'}),
    checks: ['agent.primary'],
    id: 'primary-datacenter-wrong',
    title: 'primary_datacenter of a server names a datacenter that is not the primary',
  }),
  settingFault({
    cause: 'agent.setting',
    change: (config) => ({...config, connect: {enable_mesh_gateway_wan_federation: undefined, enabled: true}}),
    checks: ['agent.federation-on'],
    id: 'federation-flag-off',
    title: 'a server runs without connect.enable_mesh_gateway_wan_federation',
  }),
  settingFault({
    cause: 'agent.never-starts',
    change: (config, federation) => ({...config, retry_join_wan: [firstServerOf(primaryOf(federation)).address]}),
    checks: ['access.api'],
    id: 'retry-join-wan-left',
    title: 'retry_join_wan was left beside the federation flag, so that a server does not start',
  }),
  {
    async break({context}) {
      const client = await context.client(firstServerOf(primaryOf(context.federation)))
      await client.request('/v1/config/proxy-defaults/global', {method: 'DELETE', signal: context.ports.signal})
    },
    cause: undefined,
    checks: ['mesh.mode'],
    id: 'proxy-defaults-missing',
    async mend({context}) {
      const {federation, ports} = context
      const body = {Kind: 'proxy-defaults', MeshGateway: {Mode: federation.meshGatewayMode}, Name: 'global'}
      const primary = await context.client(firstServerOf(primaryOf(federation)))
      await primary.request('/v1/config', {body, method: 'PUT', signal: ports.signal})
    },
    needs: ['mode'],
    title: 'proxy-defaults is gone in the primary, so that services have no mesh-gateway mode',
  },
  {
    break: changeGossipKey,
    cause: 'gossip.other-key',
    checks: ['gossip.key'],
    id: 'gossip-key-different',
    title: 'a secondary gossips with another key',
  },
]

interface SettingFault extends Omit<Fault, 'break'> {
  readonly change: (config: AgentConfig, federation: Federation) => AgentConfig
}

function settingFault({change, ...about}: SettingFault): Fault {
  return {
    ...about,
    break(lab) {
      const {federation} = lab.context
      return reconfigure(lab, brokenServer(federation), (config) => change(config, federation))
    },
  }
}

function gatewaysOf({gateways}: Datacenter): string[] {
  return gateways.map(({wanAddress, wanPort}) => formatEndpoint({host: wanAddress, port: wanPort}))
}

/** An agent takes its key from the keyring in its data, once there is one (Consul agent/agent.go setupKeyrings, 1.8–1.21). */
async function changeGossipKey(lab: LabToBreak): Promise<void> {
  const {federation} = lab.context
  const key = randomBytes(keyBytes).toString('base64')
  for (const agent of agentsOf(brokenSecondary(federation))) {
    const {dataDir} = nodeLayout(federation, agent)
    for (const name of ['local.keyring', 'remote.keyring']) {
      const path = join(dataDir, 'serf', name)
      if (!(await readIfExists(path))) continue
      await lab.keep(path)
      await writeWhole(path, JSON.stringify([key]))
    }
  }
  for (const agent of agentsOf(brokenSecondary(federation)))
    await reconfigure(lab, agent, (config) => ({...config, encrypt: key}))
}
