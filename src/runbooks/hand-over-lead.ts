import {statusLeader, transferLeader} from '../consul/api.js'
import {RequestError} from '../consul/request-error.js'
import type {Agent, Datacenter} from '../federation/model.js'
import {isAt} from '../federation/raft-address.js'
import {supports} from '../versions/features.js'
import type {RunbookContext} from './context.js'

/**
 * Has a server that is to be restarted hand its leadership to another one, where its Consul can. Otherwise the others find out by themselves that
 * their leader is gone: until their heartbeat times out they go on calling it, and answer every question that needs a leader with the refusal
 * (Consul agent/consul/rpc.go, 1.8: only a missing leader and a connection that ends are waited out). With three servers, one each
 * time that a leader is restarted, that was seen to last 0.3 to 0.5 s with `raft_multiplier = 1`. Where the leader hands over first, no question was lost on
 * 1.15.10 and 1.22.0.
 * @returns Whether it did. What Consul refuses is said, since the restart is possible all the same.
 */
export async function handOverLead(server: Agent, datacenter: Datacenter, context: RunbookContext): Promise<boolean> {
  if (datacenter.servers.length < 2 || !supports(datacenter.consul, 'leader-transfer')) return false
  const call = {signal: context.ports.signal}
  try {
    const client = await context.client(server)
    if (!isAt(await statusLeader(client, undefined, call), server)) return false
    await transferLeader(client, call)
    return true
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    context.ports.talk(`${server.id} could not hand its leadership over: ${error.message}`)
    return false
  }
}
