import {FedctlError} from '../errors/fedctl-error.js'
import {bracketed, formatEndpoint} from '../federation/fields/endpoint.js'
import {installationOf} from '../federation/installation.js'
import type {Agent, Federation, Gateway} from '../federation/model.js'
import {agentBeside, datacenterOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {supports} from '../versions/features.js'
import {forShell} from '../system/for-shell.js'

/** Where files lie on the host of a gateway. */
export interface GatewayPaths {
  readonly caFile: string
  /** Holds the gateway token and nothing else; never a `.hcl` or `.json` file, which an agent would read as configuration. */
  readonly tokenFile: string
}

/** Where the installation of the agent beside a gateway has them; where fedctl runs that agent, in the workspace. */
export function gatewayPathsOf(federation: Federation, gateway: Gateway): GatewayPaths {
  const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
  if (agent.host === 'local') {
    const tokenFile = workspacePaths(federation.workspace).tokenFile('gateway')
    return {caFile: federation.tls.caFile, tokenFile}
  }
  const {configDir} = installationOf(agent)
  return {caFile: `${configDir}/tls/ca.pem`, tokenFile: `${configDir}/tokens/gateway`}
}

/** Name, and value where it has one. */
type Flag = readonly string[]

/**
 * The command that registers a gateway with the agent beside it and becomes its Envoy, for a shell, one flag a line.
 * Only flags that this version has (Consul command/connect/envoy/envoy.go, 1.8–1.21); addresses always with their port, since the default of it changed in 1.9.
 * The token comes from a file: other users of the host can read arguments.
 * @throws FedctlError `federation.invalid` where the agent has no gRPC port, through which Envoy is configured.
 */
export function renderEnvoyCommand(
  federation: Federation,
  gateway: Gateway,
  version: string = datacenterOf(federation, gateway.datacenter).consul,
  paths: GatewayPaths = gatewayPathsOf(federation, gateway),
): string {
  const lines = envoyFlags(federation, gateway, version, paths).map((flag) => flag.map(forShell).join(' '))
  return ['consul connect envoy', ...lines].join(' \\\n      ')
}

/** Flags of `consul connect envoy`, as pairs of name and value. */
export function envoyFlags(federation: Federation, gateway: Gateway, version: string, paths: GatewayPaths): Flag[] {
  const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
  const {address, envoyAdmin, name, port, service, wanAddress, wanPort} = gateway
  const http = httpAccess(agent)
  const grpc = grpcAccess(agent, version, federation.file)
  const ownGrpcCa = grpc.tls && supports(version, 'envoy-grpc-ca-file')
  return [
    ['-gateway=mesh'],
    ['-register'],
    ['-expose-servers'],
    ['-service', service],
    ...(name === service ? [] : [['-proxy-id', name]]),
    ['-address', formatEndpoint({host: address, port})],
    ['-wan-address', formatEndpoint({host: wanAddress, port: wanPort})],
    ...(envoyAdmin === undefined ? [] : [['-admin-bind', envoyAdmin]]),
    ['-http-addr', http.url],
    ['-grpc-addr', grpc.url],
    // Before 1.14 there is one CA for both.
    ...(http.tls || (grpc.tls && !ownGrpcCa) ? [['-ca-file', paths.caFile]] : []),
    ...(http.tls && agent.api.serverName !== undefined ? [['-tls-server-name', agent.api.serverName]] : []),
    ...(ownGrpcCa ? [['-grpc-ca-file', paths.caFile]] : []),
    ...(federation.acl.enabled ? [['-token-file', paths.tokenFile]] : []),
  ]
}

interface Access {
  readonly tls: boolean
  readonly url: string
}

function httpAccess({address, api, ports}: Agent): Access {
  const tls = api.url.startsWith('https:')
  return {tls, url: urlOf(tls, address, tls ? ports.https : ports.http)}
}

/**
 * From 1.14 on `ports.grpc` is plain text and `ports.grpc_tls` is TLS. Before, `ports.grpc` spoke TLS where the https port was on
 * (Consul agent/agent.go, 1.8–1.12), or, in 1.13, where a certificate was configured for it.
 */
function grpcAccess({address, id, ports}: Agent, version: string, file: string): Access {
  if (ports.grpcTls > 0 && supports(version, 'grpc-tls-port'))
    return {tls: true, url: urlOf(true, address, ports.grpcTls)}
  if (ports.grpc > 0) {
    const tls = ports.https > 0 && supports(version, 'grpc-tls-by-https')
    return {tls, url: urlOf(tls, address, ports.grpc)}
  }
  throw new FedctlError('federation.invalid', `${id} has no gRPC port, and its gateway is configured through it`, {
    suggestions: [`set ports.grpc of ${id} to 8502 in ${file}`],
  })
}

function urlOf(tls: boolean, address: string, port: number): string {
  return `${tls ? 'https' : 'http'}://${bracketed(address)}:${port}`
}
