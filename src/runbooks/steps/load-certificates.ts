import {configurationDigest, loadedDigest} from '../../config/configuration-digest.js'
import {renderedPaths} from '../../config/node-layout.js'
import {planRender} from '../../config/render-plan.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import type {HostChange} from '../../hosts/change.js'
import {planCertificates} from '../../pki/plan-certificates.js'
import type {RunbookContext} from '../context.js'
import type {Change, Step} from '../step.js'
import {leaderLast} from './agents.js'
import {rollingChanges, writing} from './rolling.js'

/**
 * Brings certificates that were issued anew to running servers. Where nothing but certificates changes, a server reads them without a restart.
 * @param before how the servers are configured until they are changed over to the context's federation.
 */
export function loadCertificatesStep(before: Federation, datacenters: readonly Datacenter[]): Step {
  const names = datacenters.map(({name}) => name)
  return {
    async changes(context) {
      const due = await dueInDryRun(context)
      const changes: Change[] = []
      for (const {servers} of datacenters) {
        for (const server of await leaderLast(context, servers)) {
          changes.push(...(await loading(context, before, server, due)))
        }
      }
      return changes
    },
    done: [
      {check: 'access.api', datacenters: names},
      {check: 'raft.leader', datacenters: names},
      {check: 'tls.server-name', datacenters: names, observes: ['certificates-on-wire']},
    ],
    id: 'load-certificates',
    title: 'Have every server load its certificate',
    why: 'a gateway asks for a server by its node name, and a server presents what it has read, not what lies on the disk',
    withinMs: 60_000,
  }
}

async function loading(
  context: RunbookContext,
  before: Federation,
  server: Agent,
  due: ReadonlySet<string>,
): Promise<Change[]> {
  const {hosts, renderSecrets} = context
  const {digest} = await hosts[server.host].stateOf(server.id)
  const worlds = [context.federation, before]
  const wanted = await Promise.all(worlds.map((federation) => configurationDigest(federation, renderSecrets, server)))
  if (digest !== undefined && wanted.includes(digest) && !due.has(server.id)) return []
  const world = await worldOnDisk(worlds, context, server)
  const runsWhatLiesThere = digest !== undefined && digest === (await loadedDigest(before, server))
  if (!world || !runsWhatLiesThere) return rollingChanges(context, [server], world ?? before)
  const on = {evenIfWell: true, host: server.host, node: server.id}
  const install: HostChange = {...on, kind: 'install-files', summary: `install rendered/${server.id}/ on ${server.id}`}
  return [
    ...(await writing({...context, federation: world}, server)),
    ...(server.host === 'manual' ? [install] : []),
    {...on, kind: 'reload-agent', summary: `have ${server.id} load its new certificate`},
  ]
}

/** The federation whose configuration of the server lies in `rendered/`, whatever its certificate. */
async function worldOnDisk(
  worlds: readonly Federation[],
  {renderSecrets}: RunbookContext,
  agent: Agent,
): Promise<Federation | undefined> {
  for (const world of worlds) {
    const plan = await planRender(world, renderSecrets, {dc: agent.datacenter, node: agent.name})
    const config = plan.find(({path}) => path === renderedPaths(agent).configFile)
    if (config?.action === 'unchanged') return world
  }
  return undefined
}

/** Ids of those whose certificates an earlier step would have issued by now. */
async function dueInDryRun({federation, isDryRun, ports}: RunbookContext): Promise<ReadonlySet<string>> {
  if (!isDryRun) return new Set()
  const {items} = await planCertificates(federation, ports.clock.now())
  return new Set(items.filter(({action}) => action === 'issue').map(({profile}) => profile.id))
}
