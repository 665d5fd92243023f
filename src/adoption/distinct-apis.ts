import {canonicalAddress, isAddress} from '../federation/fields/address.js'
import {bracketed} from '../federation/fields/endpoint.js'
import type {FederationDraft} from '../federation/federation-yaml.js'
import type {Remark} from '../federation/remarks.js'
import type {CommonApi} from './draft-servers.js'

type Datacenter = FederationDraft['datacenters'][number]
type Agent = Datacenter['servers'][number]

export interface DistinctApis {
  readonly datacenters: readonly Datacenter[]
  readonly remarks: readonly Remark[]
}

/**
 * Datacenters behind gateways may use the same LAN addresses, and fedctl asks each agent at a URL of its own: where one is taken already,
 * a name that nobody has (RFC 2606) stands in for the URL that is to be filled in.
 * @param answering `<dc>/<name>` of those whose API is known, which keep their URLs
 */
export function withDistinctApis(
  datacenters: readonly Datacenter[],
  answering: ReadonlySet<string>,
  common: CommonApi,
): DistinctApis {
  const isKnown = ({name}: Datacenter, agent: Agent) => answering.has(`${name}/${agent.name}`)
  const taken = new Map<string, string>()
  for (const datacenter of datacenters)
    for (const agent of datacenter.servers.filter((server) => isKnown(datacenter, server)))
      taken.set(urlOf(agent, common), datacenter.name)
  const remarks: Remark[] = []
  const settled = datacenters.map((datacenter, index) => {
    const settle = (list: 'clients' | 'servers') => (agent: Agent, position: number) => {
      if (list === 'servers' && isKnown(datacenter, agent)) return agent
      const url = urlOf(agent, common)
      const other = taken.get(url)
      if (other === undefined) taken.set(url, datacenter.name)
      if (other === undefined || other === datacenter.name) return agent
      const text = `where its API is reached: ${url} is an agent of ${other}; write its own URL`
      remarks.push({kind: 'not-known', path: ['datacenters', index, list, position], text})
      const standIn = `${common.scheme}://${agent.name}.${datacenter.name}.invalid:${common.port}`
      return {...agent, api: {...agent.api, url: standIn}}
    }
    const clients = datacenter.clients?.map(settle('clients'))
    return {...datacenter, servers: datacenter.servers.map(settle('servers')), ...(clients ? {clients} : {})}
  })
  return {datacenters: settled, remarks}
}

function urlOf({address, api, ports}: Agent, {port, scheme}: CommonApi): string {
  if (api?.url !== undefined) return api.url
  const host = isAddress(address) ? canonicalAddress(address) : address
  return `${scheme}://${bracketed(host)}:${ports?.[scheme] ?? port}`
}
