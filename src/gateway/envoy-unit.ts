import {fileURLToPath} from 'node:url'

import type {Federation, Gateway} from '../federation/model.js'
import {installationOf} from '../federation/installation.js'
import {agentBeside, datacenterOf} from '../federation/selectors.js'
import {readText} from '../system/files.js'
import {envoyFlags, type GatewayPaths, gatewayPathsOf} from './envoy-command.js'

const template = fileURLToPath(new URL('../../templates/gateway/mesh-gateway.service.eta', import.meta.url))

/** Where HashiCorp's packages put it; a unit needs a whole path. */
const consulBinary = '/usr/bin/consul'

/**
 * A systemd unit that keeps the Envoy of a gateway running.
 * @throws FedctlError `federation.invalid` where the agent has no gRPC port, `file.unreadable` where fedctl's own template is missing.
 */
export async function renderEnvoyUnit(
  federation: Federation,
  gateway: Gateway,
  paths: GatewayPaths = gatewayPathsOf(federation, gateway),
): Promise<string> {
  const {Eta} = await import('eta')
  // A unit is not HTML.
  const eta = new Eta({autoEscape: false, autoTrim: false})
  const flags = envoyFlags(federation, gateway, datacenterOf(federation, gateway.datacenter).consul, paths)
  const {group, service, user} = installationOf(agentBeside(datacenterOf(federation, gateway.datacenter), gateway))
  const lines = flags.map((flag) => flag.map(forSystemd).join(' '))
  return eta.renderString(await readText(template), {
    command: [`${consulBinary} connect envoy`, ...lines].join(' \\\n  '),
    gateway: gateway.id,
    group,
    privilegedPort: gateway.port < 1024,
    service,
    tokenFile: federation.acl.enabled ? paths.tokenFile : undefined,
    unit: gatewayUnit(federation, gateway),
    user,
  })
}

/** Name of the systemd unit of a gateway, without `.service`. Several beside one agent are told apart. */
export function gatewayUnit(federation: Federation, {agent, datacenter, name}: Gateway): string {
  const beside = datacenterOf(federation, datacenter).gateways.filter((gateway) => gateway.agent === agent)
  return beside.length > 1 ? `consul-mesh-gateway-${name}` : 'consul-mesh-gateway'
}

/** `%` and `$` begin something else in a unit (systemd.unit(5), systemd.service(5)); quotes as in C. */
function forSystemd(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$[\]-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
