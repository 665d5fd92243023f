import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {halfMovedSecondary, primaryOf, secondariesOf, serversOf} from '../../federation/selectors.js'
import type {RunbookContext} from '../context.js'
import type {Step} from '../step.js'

/**
 * The step, refused where datacenters are joined the traditional way although the file says `via: mesh-gateways`: changed over in the order of a
 * new secondary they would lose each other. Once the primary has the flag, only the datacenter that the step is about counts. Refused as well where the
 * file says `via: wan-gossip` and a move to gateways has begun: it is to be finished, not undone in passing.
 */
export function unlessTraditional(step: Step, here?: Datacenter): Step {
  return {
    ...step,
    async changes(context) {
      await (context.federation.via === 'mesh-gateways' ? refuseTraditional(context, here) : refuseHalfMoved(context))
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

async function refuseHalfMoved({federation, fedctl, observer}: RunbookContext): Promise<void> {
  const {servers} = await observer.observe(['agent'])
  const moved = serversOf(federation).find(({id}) => {
    const agent = servers[id]?.agent
    return agent?.ok && agent.value.meshGatewayFederation === true
  })
  const next = moved && halfMovedSecondary(federation, moved)
  if (!next) return
  const message = `${moved.id} runs with mesh-gateway federation, and ${federation.file} says via: wan-gossip`
  throw new FedctlError('runbook.step-failed', message, {
    suggestions: [
      'a move to mesh gateways has not come to its end; go on with it:',
      fedctl(`bootstrap secondary --existing --dc ${next.name}`),
    ],
  })
}
