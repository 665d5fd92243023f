import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {primaryOf, secondariesOf} from '../../federation/selectors.js'
import type {RunbookContext} from '../context.js'
import type {Step} from '../step.js'

/**
 * The step, refused where datacenters are joined the traditional way although the file says `via: mesh-gateways`: changed over in the order of a
 * new secondary they would lose each other. Once the primary has the flag, only the datacenter that the step is about counts.
 */
export function unlessTraditional(step: Step, here?: Datacenter): Step {
  return {
    ...step,
    async changes(context) {
      if (context.federation.via === 'mesh-gateways') await refuseTraditional(context, here)
      return step.changes(context)
    },
  }
}

async function refuseTraditional(
  {federation, fedctl, observer}: RunbookContext,
  here: Datacenter | undefined,
): Promise<void> {
  const {servers} = await observer.observe(['agent'])
  const factsOf = (id: string) => {
    const agent = servers[id]?.agent
    return agent?.ok ? agent.value : undefined
  }
  const isPrimaryMoved = primaryOf(federation).servers.some(({id}) => factsOf(id)?.meshGatewayFederation === true)
  const concerned = secondariesOf(federation).filter(({name}) => name === here?.name || !isPrimaryMoved)
  for (const {datacenter, id} of concerned.flatMap((secondary) => secondary.servers)) {
    const entries = factsOf(id)?.retryJoinWan ?? []
    if (entries.length === 0) continue
    const message = `${id} runs with retry_join_wan (${entries.join(', ')}), which a server with mesh-gateway federation refuses, and ${federation.file} says via: mesh-gateways`
    throw new FedctlError('runbook.step-failed', message, {
      suggestions: [
        'move the datacenter without losing the link:',
        fedctl(`bootstrap secondary --existing --dc ${datacenter}`),
      ],
    })
  }
}
