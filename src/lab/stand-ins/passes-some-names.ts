import {serverNameFor} from '../../gateway/probe-server.js'
import {selectGateway} from '../../gateway/select-gateways.js'
import {runFromFederation} from '../../sni-gateway/run-from-federation.js'
import type {StandIn} from './stand-in.js'

const drainSeconds = 2

/** A gateway with a route for `server.<dc>.<domain>` of its datacenter and none for the names of its servers. */
export const passNoNodes: StandIn = async ({bind, federation, node, ports, secrets}) => {
  const gateway = selectGateway(federation, {gateway: node})
  const own = serverNameFor(gateway.datacenter, federation.domain).toLowerCase()
  await runFromFederation(federation, gateway, ports, {
    bind,
    drainSeconds,
    passes: (name) => !name.toLowerCase().endsWith(`.${own}`),
    secrets,
  })
}
