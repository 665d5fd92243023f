import {planRender, type RenderPlan} from '../../config/render-plan.js'
import type {Agent, Federation} from '../../federation/model.js'
import type {RunbookContext} from '../context.js'
import type {Change, FileChange} from '../step.js'
import {agentChanges, leaderLast} from './agents.js'
import {writeKeeping} from './write-configuration.js'

/**
 * Brings agents to their configuration, one after the other, the leader last: each one's files are written right before it reads them, and what it
 * ran with is kept beside them.
 * @param federation how they are to be configured, where that is not what the file will say in the end.
 */
export async function rollingChanges(
  context: RunbookContext,
  agents: readonly Agent[],
  federation: Federation = context.federation,
): Promise<Change[]> {
  const inWorld = {...context, federation}
  const changes: Change[] = []
  for (const agent of await leaderLast(context, agents)) {
    changes.push(...(await writing(inWorld, agent)), ...(await agentChanges(inWorld, [agent])))
  }
  return changes
}

/** The files of an agent, where they are not as they should be. */
export async function writing(context: RunbookContext, agent: Agent): Promise<FileChange[]> {
  const {federation, renderSecrets} = context
  const due = (plan: RenderPlan) => plan.some(({action}) => action !== 'unchanged')
  const render = () => planRender(federation, renderSecrets, {dc: agent.datacenter, node: agent.name})
  if (!due(await render())) return []
  return [
    {
      count: 1,
      kind: 'write-configuration',
      summary: `write rendered/ of ${agent.id}`,
      write: async () => writeKeeping(context, [agent], await render()),
    },
  ]
}
