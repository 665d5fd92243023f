import {configurationDigest} from '../../config/configuration-digest.js'
import {planRender, type RenderRequest} from '../../config/render-plan.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter} from '../../federation/model.js'
import {agentsOf, primaryOf} from '../../federation/selectors.js'
import type {HostChange} from '../../hosts/change.js'
import {workspacePaths} from '../../federation/workspace.js'
import {statIfExists} from '../../system/files.js'
import {supports} from '../../versions/features.js'
import type {RunbookContext} from '../context.js'
import {openFindings} from '../gate.js'
import type {FileChange, Step} from '../step.js'
import {writeKeeping} from './write-configuration.js'

interface RenderStepOptions {
  /** Whether this may be the first start of the primary's servers, which then get the initial management token. */
  readonly firstStart: boolean
}

/** The configuration of a datacenter's agents in `rendered/`. */
export function renderStep(datacenter: Datacenter, options: RenderStepOptions): Step {
  return {
    async changes(context) {
      const includeInitialManagement = options.firstStart && (await needsInitialManagement(context))
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
      const isEarly = context.isDryRun && (await needsInitialManagement(context))
      const nodes = isEarly ? datacenter.servers.map(({id}) => id) : await nodesToRender(context, datacenter, request)
      return [...renderChanges(context, request, nodes), ...(await forgetByHand(context, datacenter, nodes))]
    },
    done: [],
    id: 'forget-initial-management',
    title: `Take the management token out of the configuration of ${datacenter.name}`,
    why: 'a secret that opens everything must not lie in configuration files; the running servers need no restart for it',
    withinMs: 0,
  }
}

/** On other machines the token goes when the files are installed again; no check can see whether it went. */
async function forgetByHand(
  {federation, hosts, renderSecrets}: RunbookContext,
  {servers}: Datacenter,
  rewritten: readonly string[],
): Promise<HostChange[]> {
  const changes = servers
    .filter(({host}) => host === 'manual')
    .map(async (server): Promise<HostChange[]> => {
      const {handedOver} = await hosts.manual.stateOf(server.id)
      const isDue =
        rewritten.includes(server.id) ||
        (handedOver !== undefined && handedOver !== (await configurationDigest(federation, renderSecrets, server)))
      if (!isDue) return []
      const summary = `install the configuration of ${server.id} again, without the management token; it needs no restart`
      return [{evenIfWell: true, host: 'manual', kind: 'install-files', node: server.id, summary}]
    })
  return (await Promise.all(changes)).flat()
}

/**
 * Before 1.15 the first management token can only be chosen by configuration, and only for servers that have never run.
 * Its file among the tokens is written when the servers have taken it. An operator who brings a token has bootstrapped already.
 */
async function needsInitialManagement(context: RunbookContext): Promise<boolean> {
  const {federation, hosts, secrets} = context
  const primary = primaryOf(federation)
  if (!federation.acl.enabled || supports(primary.consul, 'bootstrap-secret')) return false
  if (await statIfExists(workspacePaths(federation.workspace).tokenFile('management'))) return false
  if (await bringsToken(context, primary)) return false
  if (secrets.knownToken('management')) return true
  const states = await Promise.all(primary.servers.map(({host, id}) => hosts[host].stateOf(id)))
  if (states.some(({status}) => status === 'running' || status === 'dead')) return false
  return (await openFindings([{check: 'raft.leader', datacenters: [primary.name]}], context)).length > 0
}

/** Whether requests to the primary carry a token that is not the workspace's. */
async function bringsToken(context: RunbookContext, {servers}: Datacenter): Promise<boolean> {
  const own = new Set(context.secrets.texts())
  const clients = await Promise.all(servers.map((server) => context.client(server)))
  return clients.some(({access: {token}}) => token !== undefined && token !== '' && !own.has(token))
}

function renderChanges(context: RunbookContext, request: RenderRequest, nodes: readonly string[]): FileChange[] {
  const {federation, renderSecrets} = context
  if (nodes.length === 0) return []
  const agents = federation.datacenters.flatMap(agentsOf).filter(({id}) => nodes.includes(id))
  return [
    {
      count: nodes.length,
      kind: 'write-configuration',
      summary: `write rendered/ of ${nodes.join(', ')}`,
      write: async () => writeKeeping(context, agents, await planRender(federation, renderSecrets, request)),
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
