import {addressProblem, isAddress, sameHost} from './address.js'
import {isHostName} from './name.js'
import {shown} from './shown.js'

const highestPort = 65_535

export interface Endpoint {
  /** IP address without brackets, or DNS name. */
  readonly host: string
  readonly port: number
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatEndpoint({host, port}: Endpoint): string {
  return `${bracketed(host)}:${port}`
}

/** The host as it stands in URLs: brackets around an IPv6 address. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** @returns Host and port, or undefined where the text is not `host:port` or `[IPv6]:port`. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+)):(?<port>\d{1,5})$/.exec(text)
  const host = match?.groups?.bracketed ?? match?.groups?.plain
  if (host === undefined) return undefined
  const port = Number(match?.groups?.port)
  return port >= 1 && port <= highestPort ? {host, port} : undefined
}

/** Whether two endpoints have the same port and the same address or name, however these are spelt. What a name stands for is not looked up. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && sameHost(a.host, b.host)
}

/** What is wrong with a `host:port` that others dial, if anything. */
export function endpointProblem(value: string): string | undefined {
  const endpoint = parseEndpoint(value)
  if (endpoint) return hostProblem(value, endpoint.host)
  if (isAddress(value) || isHostName(value))
    return `${shown(value)} has no port; write ${shown(`${bracketed(value)}:8443`)}`
  const host = value.slice(0, Math.max(value.lastIndexOf(':'), 0))
  if (host.includes(':') && isAddress(host)) {
    return `${shown(value)} is an IPv6 address without brackets; write for example "[2001:db8::1]:8443"`
  }
  return `${shown(value)} is not host:port; write for example "gw1.example.com:8443" or "[2001:db8::1]:8443"`
}

/** Like `endpointProblem`, where an IP address may stand without a port. */
export function wanEndpointProblem(value: string): string | undefined {
  return isAddress(value) ? addressProblem(value) : endpointProblem(value)
}

/**
 * Like `endpointProblem`, where a go-discover string (`provider=…`) may stand too. Consul dials an entry as it is, so one without
 * a port never connects (Consul agent/retry_join.go, 1.8–1.21).
 */
export function primaryGatewayProblem(value: string): string | undefined {
  return /(?:^|\s)provider=\S+/.test(value) ? undefined : endpointProblem(value)
}

/** What is wrong with the URL of an agent's API, if anything: scheme, host and port, nothing else. */
export function apiUrlProblem(value: string): string | undefined {
  if (value.includes('@')) return 'a user or a password stands in this URL; name a token under "token" instead'
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:\/\//.test(value))
    return `${shown(value)} is not a URL; write for example "https://10.0.0.1:8501"`
  if (url.pathname !== '/' || url.search || url.hash) {
    return `${shown(value)} has more than scheme, host and port; write ${shown(url.origin)}`
  }
  return undefined
}

function hostProblem(value: string, host: string): string | undefined {
  if (isAddress(host)) return addressProblem(host)
  return isHostName(host) ? undefined : `${shown(value)} names neither an IP address nor a DNS name`
}
