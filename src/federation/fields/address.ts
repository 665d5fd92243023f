import {isIP} from 'node:net'

import ipaddr from 'ipaddr.js'

import {isHostName} from './name.js'
import {shown} from './shown.js'

/** What is wrong with an address that others have to reach, if anything. It is an IP address, without a port or a zone. */
export function addressProblem(value: string): string | undefined {
  if (!isAddress(value)) return `${shown(value)} ${notAnAddress(value)}`
  const range = ipaddr.parse(value).range()
  if (range === 'unspecified') return `${shown(value)} means every address; write the one at which others reach it`
  if (range === 'multicast' || range === 'broadcast')
    return `${shown(value)} is a ${range} address; write that of one machine`
  return undefined
}

/** Like `addressProblem`, for what may also be a go-sockaddr template, which the agent expands. */
export function advertisedAddressProblem(value: string): string | undefined {
  return value.includes('{{') ? templateProblem(value) : addressProblem(value)
}

/** Like `advertisedAddressProblem`; `0.0.0.0` and `::` are allowed, since an agent may listen everywhere. */
export function bindAddressProblem(value: string): string | undefined {
  if (isAddress(value) && ipaddr.parse(value).range() === 'unspecified') return undefined
  return advertisedAddressProblem(value)
}

/** Whether the text is an IPv4 or IPv6 address and nothing else. */
export function isAddress(value: string): boolean {
  return isIP(value) !== 0 && !value.includes('%')
}

/** One spelling for each address, to compare them. */
export function canonicalAddress(address: string): string {
  return ipaddr.process(address).toString()
}

/** Whether two addresses or host names are the same, however they are spelt. */
export function sameHost(a: string, b: string): boolean {
  return a === b || plain(a) === plain(b)
}

function plain(host: string): string {
  return isAddress(host) ? canonicalAddress(host) : host.toLowerCase().replace(/\.$/, '')
}

function notAnAddress(value: string): string {
  if (/^\[.*\](?::\d+)?$|^[^:]+:\d+$/.test(value))
    return 'has brackets or a port; write the IP address alone, such as 10.0.0.1'
  if (value.includes('/')) return 'is not an address of one machine; write it without a prefix length, such as 10.0.0.1'
  if (isHostName(value)) return 'is a name; write the IP address that it stands for, such as 10.0.0.1'
  return 'is not an IP address; write for example 10.0.0.1'
}

/** Balanced braces are all that is known here: the agent accepts and expands the rest. */
function templateProblem(value: string): string | undefined {
  const balanced = /^(?:(?!\{\{|\}\})[^])*(?:\{\{(?:(?!\{\{|\}\})[^])+\}\}(?:(?!\{\{|\}\})[^])*)+$/.test(value)
  return balanced
    ? undefined
    : `${shown(value)} is not a whole template; write for example '{{ GetInterfaceIP "ens3" }}'`
}
