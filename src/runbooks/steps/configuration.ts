import {planRender, type RenderRequest, writeRendered} from '../../config/render-plan.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import {workspacePaths} from '../../federation/workspace.js'
import {statIfExists} from '../../system/files.js'
import {supports} from '../../versions/features.js'
import type {RunbookContext} from '../context.js'
import type {FileChange, Step} from '../step.js'

/** The configuration of a datacenter's agents in `rendered/`, with the initial management token while the primary needs it. */
export function renderStep(datacenter: Datacenter): Step {
  return {
    async changes(context) {
      const includeInitialManagement = datacenter.isPrimary && (await needsInitialManagement(context.federation))
      const request = {dc: datacenter.name, includeInitialManagement}
      return renderChanges(context, request, await nodesToRender(context, datacenter, request))
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
    async changes(context) {
      const request = {dc: datacenter.name}
      // A dry run finds the files as they were before the step that puts the token in.
      const isEarly = context.isDryRun && (await needsInitialManagement(context.federation))
      const nodes = isEarly ? datacenter.servers.map(({id}) => id) : await nodesToRender(context, datacenter, request)
      return renderChanges(context, request, nodes)
    },
    done: [],
    id: 'forget-initial-management',
    title: `Take the management token out of the configuration of ${datacenter.name}`,
    why: 'a secret that opens everything must not lie in configuration files; the running servers need no restart for it',
    withinMs: 0,
  }
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

function renderChanges(
  {federation, renderSecrets}: RunbookContext,
  request: RenderRequest,
  nodes: readonly string[],
): FileChange[] {
  if (nodes.length === 0) return []
  return [
    {
      count: nodes.length,
      kind: 'write-configuration',
      summary: `write rendered/ of ${nodes.join(', ')}`,
      write: async () => writeRendered(await planRender(federation, renderSecrets, request)),
    },
  ]
}

/** Ids of the agents whose files are to be written: in a dry run all of them where an earlier step would make their certificates. */
async function nodesToRender(
  {federation, isDryRun, renderSecrets}: RunbookContext,
  datacenter: Datacenter,
  request: RenderRequest,
): Promise<string[]> {
  try {
    const plan = await planRender(federation, renderSecrets, request)
    return [...new Set(plan.filter(({action}) => action !== 'unchanged').map(({node}) => node))]
  } catch (error) {
    const isEarly = isDryRun && error instanceof FedctlError && error.code === 'pki.certificate-invalid'
    if (isEarly) return agentsOf(datacenter).map(({id}) => id)
    throw error
  }
}
