import {agentPorts} from '../agent-ports.js'
import {defaults} from '../defaults.js'
import {versionAtLeast} from '../fields/version.js'
import {agentsIn, datacentersIn, type FileView, type LocatedAgent} from '../file-view.js'
import type {Issue} from '../issue.js'
import {openPorts} from './open-ports.js'
import type {Rule} from './rule.js'

const grpcTlsSince = '1.14.0'

/** What an agent of a federation cannot do without. With `serf_wan` off there is no WAN pool (Consul agent/consul/server.go). */
const needed = {client: ['serf_lan'], server: ['serf_lan', 'serf_wan', 'server']} as const

function forEachAgent(file: FileView, judge: (agent: LocatedAgent, version: string | undefined) => Issue[]): Issue[] {
  return datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap((agent) => (agent.value.ports ? judge(agent, datacenter.value.consul) : [])),
  )
}

/** Ports without which there is no federation are on. */
export const neededPorts: Rule = (file) =>
  forEachAgent(file, ({kind, path, value}) =>
    needed[kind]
      .filter((key) => value.ports?.[key] === -1)
      .map((key) => ({
        message: `-1 switches this port off, and a ${kind} of a federation needs it; write ${defaults.ports[key]}`,
        path: [...path, 'ports', key],
      })),
  )

/** An agent does not start with a port key that its version does not know (Consul agent/config/builder.go; grpc_tls since 1.14). */
export const knownPorts: Rule = (file) =>
  forEachAgent(file, ({path, value}, version) => {
    if ((value.ports?.grpc_tls ?? -1) < 0 || version === undefined || versionAtLeast(version, grpcTlsSince)) return []
    return [
      {
        message: `grpc_tls exists since Consul 1.14, and this agent is ${version}; use grpc, which speaks TLS there where https is on`,
        path: [...path, 'ports', 'grpc_tls'],
      },
    ]
  })

/** An agent does not listen twice on one port. */
export const distinctPorts: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap(({kind, path, value}) => {
      if (!value.ports) return []
      const open = openPorts(agentPorts(file, datacenter.value, value), kind)
      return open.flatMap(({key, port}, index) => {
        const other = open.slice(0, index).find((earlier) => earlier.port === port)
        if (!other) return []
        const at = value.ports?.[key] === undefined ? other.key : key
        const with_ = at === key ? other.key : key
        return [{message: `${port} is the port of ${with_} as well; write another`, path: [...path, 'ports', at]}]
      })
    }),
  )
