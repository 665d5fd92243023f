import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import type {Step} from '../step.js'

/**
 * The step, refused where servers of the datacenter run with another primary: replication makes a secondary equal to its primary and merges nothing
 * (Consul agent/consul/acl_replication.go and config_replication.go, 1.8–1.21). What such a server does not let the token read is not known here.
 */
export function unlessOnItsOwn(step: Step, {name, servers}: Datacenter): Step {
  return {
    ...step,
    async changes(context) {
      const {primary} = context.federation
      const seen = (await context.observer.observe(['agent'], {datacenters: [name]})).servers
      for (const {id} of servers) {
        const agent = seen[id]?.agent
        const own = agent?.ok ? agent.value.primaryDatacenter : undefined
        if (own !== undefined && own !== primary) throw onItsOwn(id, {datacenter: name, own, primary})
      }
      return step.changes(context)
    },
  }
}

function onItsOwn(
  server: string,
  {datacenter, own, primary}: {readonly datacenter: string; readonly own: string; readonly primary: string},
): FedctlError {
  const message = `${server} runs with primary_datacenter = "${own}": as a secondary of ${primary}, ${datacenter} would lose its policies, roles, global tokens, intentions and config entries`
  return new FedctlError('runbook.step-failed', message, {
    suggestions: [
      `save what ${datacenter} has, there: consul snapshot save backup.snap`,
      `make in ${primary} what is to live on`,
      `then set primary_datacenter = "${primary}" on the servers of ${datacenter}, and run the same command again`,
    ],
  })
}
