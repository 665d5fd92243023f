import {FedctlError} from '../../errors/fedctl-error.js'
import {addressProblem, isAddress} from '../../federation/fields/address.js'
import {parseEndpoint, wanEndpointProblem} from '../../federation/fields/endpoint.js'
import {datacenterNameProblem, nodeNameProblem} from '../../federation/fields/name.js'
import {shown} from '../../federation/fields/shown.js'

/** Servers as `--server` names them: without a name there may be several. */
export interface ServerAnswer {
  readonly addresses: readonly string[]
  readonly datacenter: string
  readonly name?: string
}

/** A gateway as `--gateway` names it. */
export interface GatewayAnswer {
  readonly address: string
  readonly datacenter: string
  readonly name?: string
  readonly port?: number
  readonly wan?: string
}

/** Reads `DC=ADDRESS[,ADDRESS…]` or `DC/NAME=ADDRESS`. @throws FedctlError `usage`. */
export function parseServerFlag(text: string): ServerAnswer {
  const {name, rest, ...where} = splitNode('--server', text, 'dc1=10.0.0.1 or dc1/dc1-s1=10.0.0.1')
  const addresses = splitList(rest)
  const problem = addressesProblem(rest)
  if (problem) throw wrong('--server', text, problem)
  if (name !== undefined && addresses.length > 1)
    throw wrong('--server', text, 'one name cannot be that of several addresses')
  return {...where, addresses, ...(name === undefined ? {} : {name})}
}

/** Reads `DC[/NAME]=ADDRESS[:PORT][,WAN]`. @throws FedctlError `usage`. */
export function parseGatewayFlag(text: string): GatewayAnswer {
  const {name, rest, ...where} = splitNode(
    '--gateway',
    text,
    'dc1=10.0.0.9:8443 or dc1/dc1-gw1=10.0.0.9:8443,gw1.example.com:8443',
  )
  const [lan = '', wan, ...more] = splitList(rest)
  const problem = lanProblem(lan) ?? (wan === undefined ? undefined : wanEndpointProblem(wan))
  if (problem) throw wrong('--gateway', text, problem)
  if (more.length > 0)
    throw wrong('--gateway', text, 'more than a LAN and a WAN address; repeat the flag for another gateway')
  return {...where, ...parseLan(lan), ...(name === undefined ? {} : {name}), ...(wan === undefined ? {} : {wan})}
}

/** Address and port of a gateway. The text has to be one that `lanProblem` has nothing against. */
export function parseLan(text: string): {address: string; port?: number} {
  const endpoint = isAddress(text) ? undefined : parseEndpoint(text)
  return endpoint ? {address: endpoint.host, port: endpoint.port} : {address: text}
}

/** What is wrong with `ADDRESS[:PORT]`, if anything. */
export function lanProblem(text: string): string | undefined {
  if (isAddress(text)) return addressProblem(text)
  const endpoint = parseEndpoint(text)
  if (endpoint) return addressProblem(endpoint.host)
  return `${shown(text)} is not an IP address with or without a port; write for example "10.0.0.9", "10.0.0.9:8443" or "[2001:db8::9]:8443"`
}

/** What is wrong with a list of addresses, if anything. */
export function addressesProblem(text: string): string | undefined {
  const addresses = splitList(text)
  if (addresses.length === 0) return 'an address is missing; write for example 10.0.0.1'
  return addresses.map((address) => addressProblem(address)).find((problem) => problem !== undefined)
}

/** What is wrong with a list of datacenter names, if anything. */
export function datacentersProblem(text: string): string | undefined {
  const names = splitList(text)
  if (names.length === 0) return 'a name is missing; write for example dc1,dc2'
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) return `${JSON.stringify(twice)} stands there twice`
  return names.map((name) => datacenterNameProblem(name)).find((problem) => problem !== undefined)
}

/** The parts between commas, without blanks and empty ones. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function splitNode(flag: string, text: string, example: string): {datacenter: string; name?: string; rest: string} {
  const match = /^(?<datacenter>[^/=]+)(?:\/(?<name>[^=]*))?=(?<rest>.+)$/.exec(text)
  const {datacenter, name, rest} = match?.groups ?? {}
  if (datacenter === undefined || rest === undefined) throw wrong(flag, text, `write for example ${example}`)
  const problem = datacenterNameProblem(datacenter) ?? (name === undefined ? undefined : nodeNameProblem(name))
  if (problem) throw wrong(flag, text, problem)
  return {datacenter, rest, ...(name === undefined ? {} : {name})}
}

function wrong(flag: string, text: string, problem: string): FedctlError {
  return new FedctlError('usage', `${flag} ${text}: ${problem}`, {suggestions: ['fedctl init --help']})
}
