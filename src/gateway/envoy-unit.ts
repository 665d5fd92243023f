import {fileURLToPath} from 'node:url'

import type {Federation, Gateway} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {readText} from '../system/files.js'
import {envoyFlags, type GatewayPaths, gatewayPaths} from './envoy-command.js'

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
  paths: GatewayPaths = gatewayPaths,
): Promise<string> {
  const {Eta} = await import('eta')
  // A unit is not HTML.
  const eta = new Eta({autoEscape: false, autoTrim: false})
  const flags = envoyFlags(federation, gateway, datacenterOf(federation, gateway.datacenter).consul, paths)
  const lines = flags.map((flag) => flag.map(forSystemd).join(' '))
  return eta.renderString(await readText(template), {
    command: [`${consulBinary} connect envoy`, ...lines].join(' \\\n  '),
    gateway: gateway.id,
    privilegedPort: gateway.port < 1024,
    tokenFile: federation.acl.enabled ? paths.tokenFile : undefined,
  })
}

/** `%` and `$` begin something else in a unit (systemd.unit(5), systemd.service(5)); quotes as in C. */
function forSystemd(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$[\]-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
