import {dirname, resolve} from 'node:path'

import {apiSettings, apiUrl} from './agent-api.js'
import {agentPorts} from './agent-ports.js'
import {defaults} from './defaults.js'
import {isAddress} from './fields/address.js'
import {formatEndpoint, parseEndpoint} from './fields/endpoint.js'
import type {
  AclSettings,
  Agent,
  AgentSettings,
  ApiAccess,
  Datacenter,
  Federation,
  Gateway,
  Suppression,
  TlsSettings,
  TokenSource,
} from './model.js'
import {pathText} from './issue.js'
import type {FederationFile} from './schema/federation.js'
import type {YamlSource} from './yaml-source.js'

type FileDatacenter = FederationFile['datacenters'][number]
type FileAgent = FileDatacenter['servers'][number]
type FileGateway = NonNullable<FileDatacenter['gateways']>[number]

/** A file of the federation and the folder to which its paths are relative, both absolute. */
interface Place {
  readonly file: string
  readonly workspace: string
}

/**
 * The federation that a valid file describes, with every default filled in.
 * @param path of the file; its folder is the workspace
 * @param position where a value stands in the text of the file
 */
export function resolveFederation(file: FederationFile, path: string, position: YamlSource['position']): Federation {
  const place = {file: resolve(path), workspace: dirname(resolve(path))}
  const domain = (file.domain ?? defaults.domain).replace(/\.$/, '')
  const whole = {...file, domain}
  const tls = tlsSettings(file, place)
  const gateways = new Map(file.datacenters.map((datacenter) => [datacenter.name, gatewaysOf(file, datacenter)]))
  const primaryGateways = (gateways.get(file.primary) ?? []).map(({wanAddress, wanPort}) =>
    formatEndpoint({host: wanAddress, port: wanPort}),
  )
  return {
    ...place,
    acl: aclSettings(file),
    agent: agentSettings(file),
    datacenters: file.datacenters.map((datacenter): Datacenter => {
      const isPrimary = datacenter.name === file.primary
      const agents = (kind: Agent['kind'], list: readonly FileAgent[]) =>
        list.map((agent) => agentOf(whole, datacenter, agent, {kind, place, tls}))
      return {
        clients: agents('client', datacenter.clients ?? []),
        consul: datacenter.consul,
        gateways: gateways.get(datacenter.name) ?? [],
        isPrimary,
        name: datacenter.name,
        primaryGateways: isPrimary ? [] : (datacenter.primary_gateways ?? primaryGateways),
        servers: agents('server', datacenter.servers),
      }
    }),
    domain,
    gossip: gossipSettings(file, place),
    ...(file.mesh_gateway_mode === undefined ? {} : {meshGatewayMode: file.mesh_gateway_mode}),
    primary: file.primary,
    suppressions: suppressionsOf(file, position),
    tls,
    via: file.via ?? defaults.via,
  }
}

function gossipSettings({gossip = {}}: FederationFile, {workspace}: Place): Federation['gossip'] {
  return {
    encryption: gossip.encryption ?? defaults.gossip.encryption,
    ...(gossip.key_file === undefined ? {} : {keyFile: resolve(workspace, gossip.key_file)}),
  }
}

function suppressionsOf({verify}: FederationFile, position: YamlSource['position']): Suppression[] {
  return (verify?.suppress ?? []).map(({check, reason, subject, until}, index) => {
    const placeOf = (part: string) => {
      const path = ['verify', 'suppress', index, part]
      return {...position(path, 'value'), path: pathText(path)}
    }
    const places = {check: placeOf('check'), subject: placeOf('subject'), until: placeOf('until')}
    return {check, places, reason, until, ...(subject === undefined ? {} : {subject})}
  })
}

function tlsSettings({tls = {}}: FederationFile, {workspace}: Place): TlsSettings {
  return {
    caDays: tls.ca_days ?? defaults.tls.ca_days,
    caFile: resolve(workspace, tls.ca_file ?? defaults.tls.ca_file),
    caKeyFile: resolve(workspace, tls.ca_key_file ?? defaults.tls.ca_key_file),
    days: tls.days ?? defaults.tls.days,
    enabled: tls.enabled ?? defaults.tls.enabled,
  }
}

function aclSettings({acl = {}}: FederationFile): AclSettings {
  return {
    anonymous: acl.anonymous ?? defaults.acl.anonymous,
    defaultPolicy: acl.default_policy ?? defaults.acl.default_policy,
    downPolicy: acl.down_policy ?? defaults.acl.down_policy,
    enabled: acl.enabled ?? defaults.acl.enabled,
    tokenReplication: acl.token_replication ?? defaults.acl.token_replication,
  }
}

function agentSettings({agent = {}}: FederationFile): AgentSettings {
  return {
    logLevel: agent.log_level ?? defaults.agent.log_level,
    ...(agent.raft_multiplier === undefined ? {} : {raftMultiplier: agent.raft_multiplier}),
    ...(agent.retry_interval === undefined ? {} : {retryInterval: agent.retry_interval}),
    ...(agent.retry_interval_wan === undefined ? {} : {retryIntervalWan: agent.retry_interval_wan}),
    translateWanAddrs: agent.translate_wan_addrs ?? defaults.agent.translate_wan_addrs,
  }
}

interface AgentContext {
  readonly kind: Agent['kind']
  readonly place: Place
  readonly tls: TlsSettings
}

function agentOf(file: FederationFile, datacenter: FileDatacenter, agent: FileAgent, context: AgentContext): Agent {
  return {
    address: agent.address,
    ...(agent.advertise_addr === undefined ? {} : {advertiseAddr: agent.advertise_addr}),
    api: apiOf(file, datacenter, agent, context),
    ...(agent.bind_addr === undefined ? {} : {bindAddr: agent.bind_addr}),
    datacenter: datacenter.name,
    host: agent.host ?? datacenter.host ?? file.host ?? defaults.host,
    id: `${datacenter.name}/${agent.name}`,
    ...installOf(file, agent),
    kind: context.kind,
    name: agent.name,
    ports: agentPorts(file, datacenter, agent),
    ...(agent.wan_address === undefined ? {} : {wanAddress: agent.wan_address}),
  }
}

/** Each setting for itself: the agent's own, else that of the federation. */
function installOf(file: FederationFile, agent: FileAgent): Pick<Agent, 'install'> {
  if (!file.install && !agent.install) return {}
  const {config_dir: configDir, data_dir: dataDir, ...rest} = {...file.install, ...agent.install}
  return {install: {...rest, configDir, dataDir}}
}

/** Over https the certificate is that of the agent, unless its URL names a host: then it is that of the host. */
function apiOf(
  file: FederationFile,
  datacenter: FileDatacenter,
  agent: FileAgent,
  {kind, place, tls}: AgentContext,
): ApiAccess {
  const api = apiSettings(file, datacenter, agent)
  const url = apiUrl(api, agent.address, agentPorts(file, datacenter, agent)[api.scheme]) ?? ''
  const ofAgent = tls.enabled && url.startsWith('https:')
  const caFile = api.ca_file === undefined ? (ofAgent ? tls.caFile : undefined) : resolve(place.workspace, api.ca_file)
  const ownName = `${kind}.${datacenter.name}.${file.domain ?? defaults.domain}`
  const serverName = api.server_name ?? (ofAgent && !namesHost(url) ? ownName : undefined)
  return {
    ...(caFile === undefined ? {} : {caFile}),
    ...(api.cert_file === undefined ? {} : {certFile: resolve(place.workspace, api.cert_file)}),
    ...(api.key_file === undefined ? {} : {keyFile: resolve(place.workspace, api.key_file)}),
    ...(serverName === undefined ? {} : {serverName}),
    token: tokenSource(api.token, place),
    url,
  }
}

/** Whether the host of a URL is a name that a certificate can be about; `localhost` is the end of a tunnel. */
function namesHost(url: string): boolean {
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '')
  return host !== 'localhost' && !isAddress(host)
}

function tokenSource(token: ReturnType<typeof apiSettings>['token'], {workspace}: Place): TokenSource {
  if (token === undefined) return {from: 'default'}
  if (token === 'workspace') return {from: 'workspace'}
  if ('env' in token && token.env !== undefined) return {from: 'env', name: token.env}
  if ('file' in token && token.file !== undefined) return {from: 'file', path: resolve(workspace, token.file)}
  return {from: 'default'}
}

function gatewaysOf(file: FederationFile, datacenter: FileDatacenter): Gateway[] {
  const agents = [...datacenter.servers, ...(datacenter.clients ?? [])]
  return (datacenter.gateways ?? []).map((gateway) => {
    const address = gateway.address ?? agents.find(({name}) => name === gateway.agent)?.address ?? ''
    const port = gateway.port ?? defaults.gateway.port
    const wan = wanEndpoint(gateway, address, port)
    return {
      address,
      agent: gateway.agent,
      datacenter: datacenter.name,
      ...(gateway.envoy_admin === undefined ? {} : {envoyAdmin: gateway.envoy_admin}),
      host: gateway.host ?? datacenter.host ?? file.host ?? defaults.host,
      id: `${datacenter.name}/${gateway.name}`,
      name: gateway.name,
      port,
      service: gateway.service ?? defaults.gateway.service,
      wanAddress: wan.host,
      wanPort: wan.port,
    }
  })
}

function wanEndpoint({wan}: FileGateway, address: string, port: number): {host: string; port: number} {
  if (wan === undefined) return {host: address, port}
  return parseEndpoint(wan) ?? {host: wan, port}
}
