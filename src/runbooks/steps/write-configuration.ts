import {loadedDigest, renderedDigest} from '../../config/configuration-digest.js'
import {keepConfiguration} from '../../config/previous-configuration.js'
import {type RenderPlan, writeRendered} from '../../config/render-plan.js'
import type {Agent} from '../../federation/model.js'
import type {RunbookContext} from '../context.js'

/** Writes configuration, and keeps beside it what each of these agents runs with. @throws FedctlError `file.unwritable`. */
export async function writeKeeping(context: RunbookContext, agents: readonly Agent[], plan: RenderPlan): Promise<void> {
  for (const agent of agents) {
    if (await runsWithItsFiles(context, agent)) await keepConfiguration(context.federation, agent)
  }
  await writeRendered(plan)
}

/** Files that were never read are not worth keeping, and would replace those that were. */
async function runsWithItsFiles({federation, hosts}: RunbookContext, agent: Agent): Promise<boolean> {
  const {digest, handedOver} = await hosts[agent.host].stateOf(agent.id)
  return agent.host === 'manual'
    ? handedOver !== undefined && handedOver === (await renderedDigest(federation, agent))
    : digest !== undefined && digest === (await loadedDigest(federation, agent))
}
