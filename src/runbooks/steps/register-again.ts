import type {Datacenter} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import {planRegistration} from '../../gateway/registration.js'
import type {RunbookContext} from '../context.js'
import type {Change, Step} from '../step.js'
import {agentChanges} from './agents.js'
import {tokenWait} from './acl.js'

/**
 * Registers gateways once more with agents that run: an agent keeps the token with which it was given a service (Consul agent/local/state.go, 1.8–1.21),
 * and that of the datacenter as it was on its own may have gone.
 */
export function registerAgainStep(datacenter: Datacenter): Step {
  return {
    async changes(context) {
      const gateways = datacenter.gateways.filter(({host}) => host === 'local')
      const agents = agentsOf(datacenter).filter(({name}) => gateways.some(({agent}) => agent === name))
      const running = await whereRunning(agents, context)
      if (running.length === 0) return []
      return [
        ...(await tokenWait(context, datacenter, datacenter)),
        ...(await agentChanges(context, running)),
        ...gateways
          .filter(({agent}) => running.some(({name}) => name === agent))
          .flatMap((gateway): Change[] => planRegistration(context.federation, gateway, undefined)),
      ]
    },
    done: [],
    id: 'register-again',
    title: `Register the gateways of ${datacenter.name} with the token of the federation`,
    why: 'an agent registers a service with the token that it was given with it, and that one may have gone',
    withinMs: 0,
  }
}

async function whereRunning(agents: Datacenter['clients'], {hosts}: RunbookContext): Promise<Datacenter['clients']> {
  const states = await Promise.all(
    agents.map(async (agent) => ({agent, status: (await hosts[agent.host].stateOf(agent.id)).status})),
  )
  return states.filter(({status}) => status === 'running').map(({agent}) => agent)
}
