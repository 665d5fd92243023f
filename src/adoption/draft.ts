import {defaults} from '../federation/defaults.js'
import {primaryGatewayProblem} from '../federation/fields/endpoint.js'
import type {FederationDraft} from '../federation/federation-yaml.js'
import type {Remark} from '../federation/remarks.js'
import {withDistinctApis} from './distinct-apis.js'
import {draftGateways} from './draft-gateways.js'
import {type CommonApi, draftServers} from './draft-servers.js'
import {type DraftAccess, draftSettings, most, serverAnswers} from './draft-settings.js'
import type {Explored} from './explored.js'
import {foundServers} from './found-servers.js'
import {nodeNames} from './node-names.js'

type Datacenter = FederationDraft['datacenters'][number]

/** A federation file to be written, and what stands in it as comments. */
export interface Draft {
  readonly draft: FederationDraft
  readonly remarks: readonly Remark[]
}

/** The federation file that describes what was found. Pure: nobody is asked. */
export function draftFederation(explored: Explored, access: DraftAccess): Draft {
  const port = commonPort(explored, access)
  const {remarks, ...settings} = draftSettings(explored, access, port)
  const {domain = defaults.domain, primary} = settings
  const common: CommonApi = {domain, port, scheme: access.url.startsWith('https:') ? 'https' : 'http'}
  const names = [primary, ...explored.datacenters.filter((name) => name !== primary).sort()]
  const drafted = names.map((name) => draftDatacenter(name, explored, common, settings))
  const apis = withDistinctApis(
    drafted.map(({datacenter}) => datacenter),
    new Set(drafted.flatMap(({answering}) => answering)),
    common,
  )
  return {
    draft: {...settings, datacenters: [...apis.datacenters], host: 'manual'},
    remarks: [
      {
        kind: 'found',
        path: [],
        text: `Drafted by fedctl init --from ${access.url}. What could not be known is marked so: search for "not known".`,
      },
      ...remarks,
      ...drafted.flatMap((one, index) =>
        one.remarks.map((remark) => ({...remark, path: ['datacenters', index, ...remark.path]})),
      ),
      ...apis.remarks,
    ],
  }
}

interface DraftedDatacenter {
  /** `<dc>/<name>` of the servers whose API is known. */
  readonly answering: readonly string[]
  readonly datacenter: Datacenter
  readonly remarks: readonly Remark[]
}

function draftDatacenter(
  name: string,
  explored: Explored,
  common: CommonApi,
  {primary, via}: Pick<FederationDraft, 'primary' | 'via'>,
): DraftedDatacenter {
  const found = foundServers(explored, name)
  const gatewayAnswer = explored.gateways[name]
  const foundGateways = gatewayAnswer?.ok ? gatewayAnswer.value : []
  const taken = nodeNames()
  const beside = new Set(foundGateways.filter(({gateway}) => gateway.exposesServers).map(({gateway}) => gateway.node))
  const {remarks: onServers, servers} = draftServers(found, explored, common, taken, beside)
  const drafted = draftGateways(name, foundGateways, servers, taken, via === 'mesh-gateways')
  const version = most(found.map((server) => server.version || undefined))
  const remarks: Remark[] = [...onServers, ...drafted.remarks]
  if (version === undefined) remarks.push({kind: 'not-known', path: ['consul'], text: 'the version of its agents'})
  if (explored.catalog[name]?.ok === false)
    remarks.push({
      kind: 'not-known',
      path: ['servers'],
      text: 'LAN addresses: its catalog did not answer, and these are the WAN addresses',
    })
  const entries = primaryGatewaysOf(name, explored)
  if (name !== primary && via === 'mesh-gateways' && entries === undefined)
    remarks.push({kind: 'not-known', path: ['name'], text: 'primary_gateways of its servers, which could not be asked'})
  if (entries?.some((entry) => entry.includes('=hidden')))
    remarks.push({
      kind: 'not-known',
      path: ['primary_gateways'],
      text: 'what stands for hidden; Consul does not tell it',
    })
  const answering = servers.filter(({node}) => explored.agents[`${name}/${node}`]?.answer.ok)
  return {
    answering: answering.map(({agent}) => `${name}/${agent.name}`),
    datacenter: {
      name,
      consul: version ?? explored.contact.facts.version,
      ...(name !== primary && via === 'mesh-gateways' && entries?.length ? {primary_gateways: entries} : {}),
      servers: servers.map(({agent}) => agent),
      ...(drafted.clients.length > 0 ? {clients: [...drafted.clients]} : {}),
      ...(drafted.gateways.length > 0 ? {gateways: [...drafted.gateways]} : {}),
    },
    remarks,
  }
}

/** What its servers have; an entry that Consul cannot use stays out, and verification finds it. Undefined where no server said. */
function primaryGatewaysOf(name: string, explored: Explored): string[] | undefined {
  const told = serverAnswers(explored)
    .filter(({facts}) => facts.datacenter === name)
    .flatMap(({facts}) => (facts.primaryGateways ? [facts.primaryGateways] : []))
  if (told.length === 0) return undefined
  return [...new Set(told.flat())].filter((entry) => primaryGatewayProblem(entry) === undefined)
}

/** The port of the API that most servers have, else that of the first agent. */
function commonPort({agents}: Explored, {url}: DraftAccess): number {
  const ports = Object.values(agents).flatMap((agent) => (agent.answer.ok ? [portOf(agent.url)] : []))
  return most(ports) ?? portOf(url)
}

function portOf(url: string): number {
  const {port, protocol} = new URL(url)
  return Number(port) || (protocol === 'https:' ? 443 : 80)
}
