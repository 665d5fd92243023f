import {fileURLToPath} from 'node:url'

import {isAddress} from '../federation/fields/address.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import type {Datacenter, Federation, Gateway} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {readText} from '../system/files.js'

const template = fileURLToPath(new URL('../../templates/gateway/haproxy.cfg.eta', import.meta.url))

export interface HaproxyGateway {
  /** For HAProxy on the host of the gateway, beside a `global` section of its own. */
  readonly configuration: string
  readonly gateway: string
}

/**
 * How to run each gateway with HAProxy, which carries the traffic between servers and nothing else.
 * @throws FedctlError `file.unreadable` where fedctl's own template is missing.
 */
export async function renderHaproxyGateways(
  federation: Federation,
  gateways: readonly Gateway[],
): Promise<HaproxyGateway[]> {
  return Promise.all(
    gateways.map(async (gateway) => ({
      configuration: await renderHaproxy(federation, gateway),
      gateway: gateway.id,
    })),
  )
}

async function renderHaproxy(federation: Federation, gateway: Gateway): Promise<string> {
  const {Eta} = await import('eta')
  // A configuration is not HTML.
  const eta = new Eta({autoEscape: false, autoTrim: false})
  const routes = haproxyRoutes(federation, gateway)
  return eta.renderString(await readText(template), {
    dialled: formatEndpoint({host: gateway.wanAddress, port: gateway.wanPort}),
    gateway: gateway.id,
    listen: formatEndpoint({host: gateway.address, port: gateway.port}),
    name: gateway.name,
    routes,
    withNames: routes.some(({targets}) => targets.some(({isName}) => isName)),
  })
}

interface Route {
  readonly about: string
  readonly backend: string
  readonly condition: string
  readonly targets: readonly Target[]
}

interface Target {
  readonly endpoint: string
  /** A DNS name, which HAProxy has to look up now and again. */
  readonly isName: boolean
  readonly name: string
}

/**
 * A server of the own datacenter by its own name, any of them by the name that a new secondary asks for first, and everything of another
 * datacenter to its gateways (Consul agent/xds/listeners.go and endpoints.go, 1.8–1.21: a mesh gateway that exposes servers does the same).
 */
function haproxyRoutes(federation: Federation, gateway: Gateway): Route[] {
  const own = datacenterOf(federation, gateway.datacenter)
  const {datacenters, domain} = federation
  const backend = (name: string) => `${gateway.name}_${name}`
  const isName = (name: string) => `{ req.ssl_sni -i ${name} }`
  const under = (name: string) => `{ req.ssl_sni -m end -i .${name} }`
  const servers = own.servers.map(({address, name, ports}) => target(name, address, ports.server))
  const rootOf = ({name}: Datacenter) => `server.${name}.${domain}`
  return [
    ...servers.map((server) => ({
      about: `the server ${server.name}`,
      backend: backend(server.name),
      condition: isName(`${server.name}.${rootOf(own)}`),
      targets: [server],
    })),
    {
      about: `any server of ${own.name}, for the first contact of a new datacenter`,
      backend: backend(`any_of_${own.name}`),
      condition: isName(rootOf(own)),
      targets: servers,
    },
    ...datacenters
      .filter((other) => other !== own && other.gateways.length > 0)
      .map((other) => ({
        about: `the servers of ${other.name}, through its gateways`,
        backend: backend(`through_${other.name}`),
        condition: `${isName(rootOf(other))} or ${under(rootOf(other))}`,
        targets: other.gateways.map(({name, wanAddress, wanPort}) => target(name, wanAddress, wanPort)),
      })),
  ]
}

function target(name: string, host: string, port: number): Target {
  return {endpoint: formatEndpoint({host, port}), isName: !isAddress(host), name}
}
