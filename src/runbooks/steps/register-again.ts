import type {Datacenter} from '../../federation/model.js'
import {planRegistration} from '../../gateway/registration.js'
import type {Change, Step} from '../step.js'
import {tokenWait} from './acl.js'
import {rollingChanges} from './rolling.js'

/**
 * Brings client agents to their configuration, and starts and registers gateways with them once more: a gateway asks with the token of its federation, and an agent keeps the token with which it was given a service
 * (Consul agent/local/state.go, 1.8–1.21), and that of the datacenter as it was on its own may have gone.
 */
export function registerAgainStep(datacenter: Datacenter): Step {
  return {
    async changes(context) {
      const gateways = datacenter.gateways.filter(({host}) => host === 'local')
      return [
        ...(await tokenWait(context, datacenter, datacenter)),
        ...(await rollingChanges(context, datacenter.clients)),
        ...gateways.flatMap((gateway): Change[] => [
          {host: 'local', kind: 'start-gateway', node: gateway.id, summary: `start the gateway ${gateway.id} anew`},
          ...planRegistration(context.federation, gateway, undefined),
        ]),
      ]
    },
    done: [],
    id: 'register-again',
    title: `Change the client agents of ${datacenter.name} over, and register its gateways anew`,
    why: 'an agent registers a service with the token that it was given with it, and that one may have gone',
    withinMs: 0,
  }
}
