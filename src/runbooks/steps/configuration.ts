import {createHash} from 'node:crypto'

import {planRender, type RenderPlan, writeRendered} from '../../config/render-plan.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import type {SecretSource} from '../../config/render-secrets.js'
import {workspacePaths} from '../../federation/workspace.js'
import {statIfExists} from '../../system/files.js'
import {supports} from '../../versions/features.js'
import type {FileChange, Step} from '../step.js'

/** The configuration of a datacenter's agents in `rendered/`, with the initial management token while the primary needs it. */
export function renderStep(datacenter: Datacenter): Step {
  return {
    async changes({federation, renderSecrets}) {
      const includeInitialManagement = datacenter.isPrimary && (await needsInitialManagement(federation))
      const plan = await planRender(federation, renderSecrets, {dc: datacenter.name, includeInitialManagement})
      return renderChanges(plan)
    },
    done: [],
    id: 'render-configuration',
    title: `Write the configuration of ${datacenter.name}`,
    why: 'each agent gets the keys that its Consul version knows, and no others',
    withinMs: 0,
  }
}

/** Takes the initial management token out of the configuration again once it has done its work. */
export function forgetInitialManagementStep(datacenter: Datacenter): Step {
  return {
    async changes({federation, renderSecrets}) {
      return renderChanges(await planRender(federation, renderSecrets, {dc: datacenter.name}))
    },
    done: [],
    id: 'forget-initial-management',
    title: `Take the management token out of the configuration of ${datacenter.name}`,
    why: 'a secret that opens everything must not lie in configuration files; the running servers need no restart for it',
    withinMs: 0,
  }
}

/**
 * What identifies the configuration that an agent should run with. The initial management token does not count, so its removal asks for no restart.
 * @returns A SHA-256 in hex.
 */
export async function configurationDigest(
  federation: Federation,
  renderSecrets: SecretSource,
  agent: Agent,
): Promise<string> {
  const plan = await planRender(federation, renderSecrets, {dc: agent.datacenter, node: agent.name})
  const hash = createHash('sha256')
  for (const file of plan) hash.update(`${file.path}\n${file.content}\n`)
  return hash.digest('hex')
}

/**
 * Before 1.15 the first management token can only be chosen by configuration.
 * The token's file is written when the servers have taken it, so its absence says that they have not.
 */
async function needsInitialManagement(federation: Federation): Promise<boolean> {
  const primary = federation.datacenters.find(({isPrimary}) => isPrimary)
  if (!federation.acl.enabled || !primary || supports(primary.consul, 'bootstrap-secret')) return false
  return (await statIfExists(workspacePaths(federation.workspace).tokenFile('management'))) === undefined
}

function renderChanges(plan: RenderPlan): FileChange[] {
  const due = plan.filter(({action}) => action !== 'unchanged')
  const nodes = [...new Set(due.map(({node}) => node))]
  if (nodes.length === 0) return []
  return [
    {
      count: nodes.length,
      kind: 'write-configuration',
      summary: `write rendered/ of ${nodes.join(', ')}`,
      write: () => writeRendered(plan),
    },
  ]
}
