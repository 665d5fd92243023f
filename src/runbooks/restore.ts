import {previousConfiguration, restoreConfiguration} from '../config/previous-configuration.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import {statIfExists} from '../system/files.js'
import type {RunbookContext} from './context.js'
import type {Change, Runbook} from './step.js'

/** Puts the configuration back with which an agent ran before its last change, and starts it with that. */
export function restoreRunbook(agent: Agent): Runbook {
  return {
    id: `bootstrap restore ${agent.id}`,
    steps: [
      {
        changes: (context) => restoring(agent, context),
        done: [{check: 'access.api', datacenters: [agent.datacenter]}],
        id: 'restore-configuration',
        title: `Put the previous configuration of ${agent.id} back`,
        why: 'an agent that does not start with its new configuration started with the old one',
        withinMs: 60_000,
      },
    ],
    title: `Restore ${agent.id}`,
  }
}

async function restoring(agent: Agent, {federation}: RunbookContext): Promise<Change[]> {
  const {current, previous} = previousConfiguration(federation, agent)
  if (!(await statIfExists(previous))) {
    throw new FedctlError('usage', `no previous configuration of ${agent.id} is kept in ${previous}`)
  }
  const on = {evenIfWell: true, host: agent.host, node: agent.id}
  return [
    {
      count: 1,
      kind: 'write-configuration',
      summary: `put ${previous} back to ${current}`,
      async write() {
        await restoreConfiguration(federation, agent)
      },
    },
    {...on, kind: 'install-files', summary: `install rendered/${agent.id}/ on ${agent.id}`},
    {...on, kind: 'restart-agent', summary: `restart ${agent.id} with its previous configuration`},
  ]
}

/** @returns The agent of that name or id. @throws FedctlError `usage` where there is none, or several. */
export function chooseAgent(federation: Federation, name: string): Agent {
  const agents = federation.datacenters.flatMap(agentsOf)
  const found = agents.filter(({id, name: own}) => [id, own].includes(name))
  const [only, ...others] = found
  if (only && others.length === 0) return only
  throw new FedctlError(
    'usage',
    `${found.length === 0 ? 'no agent is' : 'several agents are'} named ${JSON.stringify(name)}`,
    {
      suggestions: [`use one of: ${(found.length === 0 ? agents : found).map(({id}) => id).join(', ')}`],
    },
  )
}
