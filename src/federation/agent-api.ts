import {defaults} from './defaults.js'
import {bracketed} from './fields/endpoint.js'
import type {AgentView, ApiView, DatacenterView, FileView} from './file-view.js'

/** What the file says about the API of an agent: its own words, else those of the datacenter, else those of the federation. */
export function apiSettings(
  file: FileView,
  datacenter: DatacenterView,
  agent: AgentView,
): ApiView & {scheme: 'http' | 'https'} {
  const [all, inner, own] = [file.api ?? {}, datacenter.api ?? {}, agent.api ?? {}]
  return {
    ca_file: own.ca_file ?? inner.ca_file ?? all.ca_file,
    ...clientCertificate([own, inner, all]),
    port: own.port ?? inner.port ?? all.port,
    scheme: own.scheme ?? inner.scheme ?? all.scheme ?? defaults.api.scheme,
    server_name: own.server_name ?? inner.server_name ?? all.server_name,
    token: own.token ?? inner.token ?? all.token,
    url: own.url,
  }
}

/**
 * The URL of an agent's API.
 * @param port that of the API on the agent
 * @returns Scheme, host and port; undefined where the file does not say enough.
 */
export function apiUrl(
  api: ApiView & {scheme: 'http' | 'https'},
  address: string | undefined,
  port: number,
): string | undefined {
  if (api.url !== undefined) return new URL(api.url).origin
  return address === undefined ? undefined : `${api.scheme}://${bracketed(address)}:${port}`
}

/** Certificate and key come from one place, never one from here and one from there. */
function clientCertificate(levels: readonly ApiView[]): Pick<ApiView, 'cert_file' | 'key_file'> {
  const level = levels.find(({cert_file, key_file}) => cert_file !== undefined || key_file !== undefined)
  return {cert_file: level?.cert_file, key_file: level?.key_file}
}
