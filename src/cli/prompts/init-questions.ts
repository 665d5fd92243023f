import {FedctlError} from '../../errors/fedctl-error.js'
import {defaults} from '../../federation/defaults.js'
import {wanEndpointProblem} from '../../federation/fields/endpoint.js'
import {versionProblem} from '../../federation/fields/version.js'
import type {Asker} from './asker.js'
import {
  addressesProblem,
  datacentersProblem,
  type GatewayAnswer,
  lanProblem,
  parseLan,
  type ServerAnswer,
  splitList,
} from './node-flags.js'

export type AclAnswer = 'allow' | 'deny' | 'off'
export type Via = 'mesh-gateways' | 'wan-gossip'

/** Takes the usual choice everywhere. What has none must not be asked of it. */
export const unattended: Asker = {
  async choice({choices: [usual], message}) {
    if (!usual) throw new FedctlError('bug', `nothing to choose from: ${message}`)
    return usual.value
  },
  async text({message}) {
    throw new FedctlError('bug', `nobody is there to answer: ${message}`)
  },
}

/** @returns Names of datacenters, the primary first. */
export async function askDatacenters(asker: Asker): Promise<string[]> {
  const message = 'Names of the datacenters, the primary first:'
  return splitList(await asker.text({initial: 'dc1,dc2', message, problem: datacentersProblem}))
}

/** @returns The version of Consul in every datacenter. */
export async function askVersion(asker: Asker): Promise<string> {
  return asker.text({message: 'Version of the Consul agents, such as 1.17.3:', problem: versionProblem})
}

/** @returns How the datacenters are to be federated. */
export async function askVia(asker: Asker): Promise<Via> {
  return asker.choice({
    choices: [
      {name: 'through mesh gateways', value: 'mesh-gateways'},
      {name: 'by WAN gossip: every server reaches every other one directly', value: 'wan-gossip'},
    ],
    message: 'How do the datacenters reach each other?',
  })
}

/** @returns The servers of a datacenter. */
export async function askServers(asker: Asker, datacenter: string): Promise<ServerAnswer> {
  const message = `Servers of ${datacenter}, IP addresses with commas between them:`
  return {addresses: splitList(await asker.text({message, problem: addressesProblem})), datacenter}
}

/** @returns The gateway of a datacenter. */
export async function askGateway(asker: Asker, datacenter: string): Promise<GatewayAnswer> {
  const lan = await asker.text({
    message: `Mesh gateway of ${datacenter}, IP address, with :port where it is not ${defaults.gateway.port}:`,
    problem: lanProblem,
  })
  const wan = await asker.text({
    initial: lan,
    message: `The same gateway, as other datacenters reach it, address or host:port:`,
    problem: wanEndpointProblem,
  })
  return {datacenter, ...parseLan(lan), ...(wan === lan ? {} : {wan})}
}

/** @returns The default policy of ACLs, or that there are none. */
export async function askAcl(asker: Asker): Promise<AclAnswer> {
  return asker.choice({
    choices: [
      {name: 'on, and what no rule allows is denied', value: 'deny'},
      {name: 'on, and what no rule denies is allowed', value: 'allow'},
      {name: 'off', value: 'off'},
    ],
    message: 'Access control?',
  })
}
