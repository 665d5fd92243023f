import type {Federation, Gateway} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {type GatewayPaths, gatewayPathsOf, renderEnvoyCommand} from './envoy-command.js'
import {renderEnvoyUnit} from './envoy-unit.js'

export interface RenderedGateway {
  /** For a shell on the host of the gateway. */
  readonly command: string
  readonly gateway: string
  /** For systemd there. */
  readonly unit: string
}

/**
 * How to run each gateway with Envoy.
 * @param given paths there, instead of those of the installation of the agent beside it.
 * @throws FedctlError `federation.invalid` where an agent has no gRPC port.
 */
export async function renderGateways(
  federation: Federation,
  gateways: readonly Gateway[],
  given: {readonly [Key in keyof GatewayPaths]: string | undefined},
): Promise<RenderedGateway[]> {
  return Promise.all(
    gateways.map(async (gateway) => {
      const usual = gatewayPathsOf(federation, gateway)
      const paths = {caFile: given.caFile ?? usual.caFile, tokenFile: given.tokenFile ?? usual.tokenFile}
      return {
        command: renderEnvoyCommand(federation, gateway, datacenterOf(federation, gateway.datacenter).consul, paths),
        gateway: gateway.id,
        unit: await renderEnvoyUnit(federation, gateway, paths),
      }
    }),
  )
}
