import {shown} from './shown.js'

const longestLabel = 63
const longestName = 253

export const datacenterNamePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
export const nodeNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
export const domainPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/
const hostNamePattern =
  /^(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$/

/**
 * What is wrong with the name of a datacenter, if anything. Stricter than Consul, which allows `_` and lower-cases the name:
 * the name stands in certificates (Consul agent/config/builder.go, warning since 1.21.2).
 */
export function datacenterNameProblem(value: string): string | undefined {
  if (datacenterNamePattern.test(value)) return undefined
  if (value.length > longestLabel) return tooLong(value)
  const better = suggestion(value.toLowerCase())
  if (datacenterNamePattern.test(value.toLowerCase())) {
    return `${shown(value)} has capital letters, and Consul makes small ones of them${better}`
  }
  if (/^[A-Za-z0-9_-]+$/.test(value) && value.includes('_')) {
    return `${shown(value)} has an underscore, which the names in certificates cannot have${better}`
  }
  return `${shown(value)} cannot be the name of a datacenter; write small letters, digits and hyphens, such as "dc1"`
}

/**
 * What is wrong with the name of an agent or gateway, if anything. Consul itself starts with dots in it, and gossip through
 * gateways fails later: the WAN name `<node>.<datacenter>` must have one dot (Consul agent/consul/wanfed/wanfed.go, 1.8–1.21).
 */
export function nodeNameProblem(value: string): string | undefined {
  if (nodeNamePattern.test(value)) return undefined
  if (value.length > longestLabel) return tooLong(value)
  const reasons: [string, string][] = [
    ['.', 'has a dot, and names with dots break gossip through mesh gateways'],
    ['/', 'has a slash, which Consul refuses'],
    ['_', 'has an underscore, which the names in certificates cannot have'],
  ]
  const reason = reasons.find(([character]) => value.includes(character))?.[1]
  const better = suggestion(value.includes('.') ? (value.split('.')[0] ?? '') : value)
  if (reason) return `${shown(value)} ${reason}${better || '; write letters, digits and hyphens, such as "dc1-s1"'}`
  return `${shown(value)} cannot be the name of a node; write letters, digits and hyphens, such as "dc1-s1"`
}

/** What is wrong with Consul's DNS domain, if anything. */
export function domainProblem(value: string): string | undefined {
  if (value.length > longestName) return tooLong(value, longestName)
  if (domainPattern.test(value) && isHostName(value)) return undefined
  if (domainPattern.test(value.toLowerCase()))
    return `${shown(value)} has capital letters; write ${JSON.stringify(value.toLowerCase())}`
  return `${shown(value)} is not a DNS domain; write for example "consul"`
}

/** What is wrong with a service name, if anything. */
export function serviceNameProblem(value: string): string | undefined {
  if (nodeNamePattern.test(value)) return undefined
  return `${shown(value)} cannot be the name of a service; write letters, digits and hyphens, such as "mesh-gateway"`
}

/** Whether the text can be a DNS name. Four numbers with dots are a mistyped address, not a name. */
export function isHostName(value: string): boolean {
  return hostNamePattern.test(value) && !/(?:^|\.)\d+\.?$/.test(value)
}

/** What is wrong with the DNS name of a host, if anything. */
export function hostNameProblem(value: string): string | undefined {
  return isHostName(value) ? undefined : `${shown(value)} is not a DNS name; write for example "server.dc1.consul"`
}

/** What is wrong with the name of a user or group, if anything. */
export function accountProblem(value: string): string | undefined {
  if (/^[A-Za-z0-9_][\w.-]{0,31}$/.test(value)) return undefined
  return `${shown(value)} cannot be the name of a user or group; write for example "consul"`
}

/** What is wrong with the name of a systemd unit, if anything. */
export function unitProblem(value: string): string | undefined {
  if (/^[A-Za-z0-9_][\w.@:-]{0,200}$/.test(value) && !value.endsWith('.service')) return undefined
  return `${shown(value)} cannot be the name of a systemd unit; write it without .service, such as "consul"`
}

function tooLong(value: string, longest = longestLabel): string {
  return `${shown(value)} has ${value.length} characters, and DNS allows ${longest}; shorten it`
}

function suggestion(name: string): string {
  const better = name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return better ? `; write ${JSON.stringify(better)}` : ''
}
