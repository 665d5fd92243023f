import {onFirstReachable} from '../../acl/servers.js'
import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {recreate} from '../../holdings/recreate.js'
import {aclServersOf} from '../acl-servers.js'
import type {OwnMove} from '../own-move.js'
import type {Step} from '../step.js'

/** Makes in the primary what a datacenter holds and the primary does not, before replication brings it back from there. */
export function recreateStep({name}: Datacenter, {adopt, recreations}: Pick<OwnMove, 'adopt' | 'recreations'>): Step {
  return {
    async changes(context) {
      if (!adopt) return []
      const {signal} = context.ports
      const servers = await aclServersOf(primaryOf(context.federation), context)
      return recreations.map((recreation) => ({
        kind: 'recreate',
        summary: recreation.summary,
        write: () => onFirstReachable(servers, (client) => recreate(client, recreation, signal), signal),
      }))
    },
    done: [],
    id: 'recreate',
    title: `Make in the primary what ${name} alone has`,
    why: 'replication makes a secondary equal to its primary, so what is there beforehand is not missed for a moment',
    withinMs: 0,
  }
}
