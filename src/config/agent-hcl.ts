import {fileURLToPath} from 'node:url'

import {readText} from '../system/files.js'
import type {AgentConfig} from './agent-config.js'
import {type HclBody, writeHcl} from './hcl.js'

const template = fileURLToPath(new URL('../../templates/config/consul.hcl.eta', import.meta.url))

/** Which key stands under which comment of the template. */
const sections = {
  identity: ['node_name', 'datacenter', 'primary_datacenter', 'domain', 'server', 'bootstrap_expect'],
  addresses: ['bind_addr', 'advertise_addr', 'advertise_addr_wan', 'client_addr', 'translate_wan_addrs', 'ports'],
  join: ['retry_join', 'retry_interval'],
  gossip: ['encrypt'],
  tls: ['ca_file', 'cert_file', 'key_file', 'verify_incoming_rpc', 'verify_outgoing', 'verify_server_hostname', 'tls'],
  federation: [
    'connect',
    'primary_gateways',
    'primary_gateways_interval',
    'retry_join_wan',
    'retry_interval_wan',
    'use_streaming_backend',
    'enable_central_service_config',
  ],
  acl: ['acl'],
  entries: ['config_entries'],
  operation: ['data_dir', 'log_level', 'performance', 'disable_update_check'],
} as const satisfies Record<string, readonly (keyof AgentConfig)[]>

type SectionedKey = (typeof sections)[keyof typeof sections][number]

/** AgentConfig itself, or `never` as soon as one of its keys stands in no section: forgetting one does not compile. */
type SectionedConfig = [Exclude<keyof AgentConfig, SectionedKey>] extends [never] ? AgentConfig : never

/**
 * An agent's configuration as an operator reads it: HCL in commented sections. The same configuration always gives the same bytes.
 * @throws FedctlError `file.unreadable` where fedctl's own template is missing.
 */
export async function agentHcl(config: SectionedConfig): Promise<string> {
  const {Eta} = await import('eta')
  // HCL is not HTML: what the writer quoted goes out as it is.
  const eta = new Eta({autoEscape: false, autoTrim: [false, 'nl']})
  const texts = Object.entries(sections).map(([name, keys]) => [name, sectionText(config, keys)])
  return eta.renderString(await readText(template), Object.fromEntries(texts) as Record<string, string>)
}

function sectionText(config: AgentConfig, keys: readonly SectionedKey[]): string {
  const body: HclBody = Object.fromEntries(keys.map((key) => [key, config[key]]))
  return writeHcl(body)
}
