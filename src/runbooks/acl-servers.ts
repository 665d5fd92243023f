import type {AclServer} from '../acl/servers.js'
import type {Datacenter} from '../federation/model.js'
import type {RunbookContext} from './context.js'

/** A datacenter's servers with clients that have an operator's rights. */
export async function aclServersOf(datacenter: Datacenter, context: RunbookContext): Promise<AclServer[]> {
  return Promise.all(
    datacenter.servers.map(async (agent) => ({
      client: await context.client(agent),
      datacenter: datacenter.name,
      id: agent.id,
    })),
  )
}
