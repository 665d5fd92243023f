import {apiSettings, apiUrl} from '../agent-api.js'
import {agentPorts} from '../agent-ports.js'
import {defaults} from '../defaults.js'
import {agentsIn, type ApiView, datacentersIn, type FileView, type Located} from '../file-view.js'
import type {Rule} from './rule.js'

/** fedctl asks each agent at a URL of its own, or it would take one agent for two. Within a datacenter, `noSharedPorts` says so for addresses. */
export const distinctApis: Rule = (file) => {
  const asked = datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap(({kind, path, value}) => {
      const api = apiSettings(file, datacenter.value, value)
      const url = apiUrl(api, value.address, agentPorts(file, datacenter.value, value)[api.scheme])
      const label = `the ${kind} ${value.name ?? ''} of ${datacenter.value.name ?? 'a datacenter'}`
      return url === undefined ? [] : [{bySection: api.url !== undefined, datacenter, label, path, url}]
    }),
  )
  return asked.flatMap(({bySection, datacenter, path, url}, index) => {
    const other = asked
      .slice(0, index)
      .find((earlier) => earlier.url === url && (bySection || earlier.bySection || earlier.datacenter !== datacenter))
    if (!other) return []
    const message = `fedctl would ask this agent at ${url}, and asks ${other.label} there; correct the address, or add api: { url: … } where this agent is reached in another way`
    return [{message, path: bySection ? [...path, 'api', 'url'] : [...path, 'address']}]
  })
}

/** The port of the API is on, and said once. */
export const apiPorts: Rule = (file) =>
  datacentersIn(file).flatMap((datacenter) =>
    agentsIn(datacenter).flatMap(({path, value}) => {
      const api = apiSettings(file, datacenter.value, value)
      const own = value.ports?.[api.scheme]
      if (own === undefined || api.url !== undefined) return []
      const at = [...path, 'ports', api.scheme]
      if (own < 0) {
        const message = `-1 switches this port off, and fedctl asks the API over ${api.scheme}; write a port, or set api.scheme or api.url`
        return [{message, path: at}]
      }
      const said = value.api?.port
      if (said === undefined || said === own) return []
      return [{message: `${own} and ${said} under api.port are to be the same port; remove one of them`, path: at}]
    }),
  )

/** Without certificates no agent serves https. */
export const httpsNeedsTls: Rule = (file) => {
  if (file.tls?.enabled ?? defaults.tls.enabled) return []
  return apiSections(file)
    .filter(({value}) => value.scheme === 'https')
    .map(({path}) => ({
      message: 'https needs certificates, and tls.enabled is false; write http',
      path: [...path, 'scheme'],
    }))
}

/** A client certificate is of no use without its key. */
export const wholeClientCertificates: Rule = (file) =>
  apiSections(file).flatMap(({path, value}) => {
    const [hasCertificate, hasKey] = ['cert_file' in value, 'key_file' in value]
    if (hasCertificate === hasKey) return []
    const [given, missing] = hasCertificate ? ['cert_file', 'key_file'] : ['key_file', 'cert_file']
    return [{message: `${given} needs ${missing} beside it; add it`, path: [...path, given]}]
  })

function apiSections(file: FileView): Located<ApiView>[] {
  const datacenters = datacentersIn(file)
  const owners = [{path: [], value: file}, ...datacenters, ...datacenters.flatMap((datacenter) => agentsIn(datacenter))]
  return owners.flatMap(({path, value}) => (value.api ? [{path: [...path, 'api'], value: value.api}] : []))
}
