import {serverNameFor} from '../../gateway/probe-server.js'
import {selectGateway} from '../../gateway/select-gateways.js'
import {runFromFederation} from '../../sni-gateway/run-from-federation.js'
import type {StandIn} from './stand-in.js'

const drainSeconds = 2

/** A gateway with a route for `server.<dc>.<domain>` of its datacenter and none for the names of its servers. */
export const passNoNodes: StandIn = (world) => passOnly((name, own) => !name.endsWith(`.${own}`), world)

/** A gateway with routes for the names of its servers and none for `server.<dc>.<domain>`, which first contact needs. */
export const passNoFirstContact: StandIn = (world) => passOnly((name, own) => name !== own, world)

/** @param passes whether there is a route for a name, where `own` is `server.<dc>.<domain>` of the gateway's datacenter. */
async function passOnly(
  passes: (name: string, own: string) => boolean,
  {bind, federation, node, ports, secrets}: Parameters<StandIn>[0],
): Promise<void> {
  const gateway = selectGateway(federation, {gateway: node})
  const own = serverNameFor(gateway.datacenter, federation.domain)
  await runFromFederation(federation, gateway, ports, {
    bind,
    drainSeconds,
    passes: (name) => passes(name.toLowerCase(), own.toLowerCase()),
    secrets,
  })
}
