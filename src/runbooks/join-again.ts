import {isIP} from 'node:net'

import {joinWan} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import {formatEndpoint} from '../federation/fields/endpoint.js'
import {primaryOf, secondariesOf, serversOf} from '../federation/selectors.js'
import type {RunbookContext} from './context.js'
import type {JoinWan} from './step.js'

const againAfterMs = 5000

/**
 * Has servers that still join directly join one that came back with the federation flag: it may not join by itself, and would be found by the
 * others in half a minute or more. What cannot be joined is said, since it will be found.
 * @param node id of the server that came back.
 * @param by ids of the servers that join it.
 */
export async function joinAgain(node: string, by: readonly string[], context: RunbookContext): Promise<void> {
  const servers = serversOf(context.federation)
  const target = servers.find(({id}) => id === node)
  if (!target) return
  const host = target.wanAddress !== undefined && isIP(target.wanAddress) ? target.wanAddress : target.address
  const address = formatEndpoint({host, port: target.ports.serfWan})
  for (const server of servers.filter(({id}) => by.includes(id))) {
    try {
      await joinWan(await context.client(server), address, {signal: context.ports.signal})
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      context.ports.talk(`${server.id} could not join ${node} again: ${error.message}`)
    }
  }
}

/** One server of each secondary that still calls other datacenters directly. */
export async function stillJoining({federation, observer}: RunbookContext): Promise<string[]> {
  const {servers} = await observer.observe(['agent'])
  return secondariesOf(federation).flatMap((secondary) => {
    const direct = secondary.servers.find(({id}) => {
      const agent = servers[id]?.agent
      return agent?.ok && agent.value.meshGatewayFederation === false
    })
    return direct ? [direct.id] : []
  })
}

/**
 * @returns What finds servers of the primary that somebody else restarted with the flag and that know nobody of a secondary that still joins directly;
 * asked over and over, it names each of them once in five seconds.
 */
export function joinsByHand(): (context: RunbookContext) => Promise<JoinWan[]> {
  const triedMs = new Map<string, number>()
  return async (context) => {
    const {federation, observer, ports} = context
    const primary = primaryOf(federation)
    const [joining, {servers}] = await Promise.all([
      stillJoining(context),
      observer.observe(['agent', 'wan-members'], {datacenters: [primary.name]}),
    ])
    const nowMs = ports.clock.monotonicMs()
    return primary.servers.flatMap(({host, id}): JoinWan[] => {
      const {agent, wanMembers} = servers[id] ?? {}
      const isBack = host === 'manual' && agent?.ok && agent.value.meshGatewayFederation === true && wanMembers?.ok
      if (!isBack || nowMs < (triedMs.get(id) ?? Number.NEGATIVE_INFINITY) + againAfterMs) return []
      const knows = (datacenter: string) => wanMembers.value.some((member) => member.datacenter === datacenter)
      const by = joining.filter((server) => !knows(server.slice(0, server.indexOf('/'))))
      if (by.length === 0) return []
      triedMs.set(id, nowMs)
      return [{by, kind: 'join-wan', server: id, summary: `have ${by.join(', ')} join ${id} again`}]
    })
  }
}
