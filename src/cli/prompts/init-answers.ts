import {FedctlError} from '../../errors/fedctl-error.js'
import {versionProblem} from '../../federation/fields/version.js'
import type {Asker} from './asker.js'
import {
  type AclAnswer,
  askAcl,
  askDatacenters,
  askGateway,
  askServers,
  askVersion,
  askVia,
  unattended,
  type Via,
} from './init-questions.js'
import {
  datacentersProblem,
  type GatewayAnswer,
  parseGatewayFlag,
  parseServerFlag,
  type ServerAnswer,
  splitList,
} from './node-flags.js'

/** What the command line of `fedctl init` says about the federation. */
export interface InitFlags {
  readonly acl?: boolean | undefined
  readonly consul?: string | undefined
  readonly datacenters?: string | undefined
  readonly defaultPolicy?: 'allow' | 'deny' | undefined
  readonly gateway?: readonly string[] | undefined
  readonly primary?: string | undefined
  readonly server?: readonly string[] | undefined
  readonly via?: Via | undefined
}

/** What is known of a new federation once everything is said or asked. */
export interface InitAnswers {
  readonly acl: AclAnswer
  readonly consul: string
  readonly datacenters: readonly string[]
  readonly gateways: readonly GatewayAnswer[]
  readonly primary: string
  readonly servers: readonly ServerAnswer[]
  readonly via: Via
}

/**
 * The flags, and the answers to what they leave open.
 * @param asker undefined where nobody can be asked: then what has a usual answer gets it
 * @throws FedctlError `usage` for a wrong flag, or with every flag that is missing where nobody can be asked.
 */
export async function answerInit(flags: InitFlags, asker: Asker | undefined): Promise<InitAnswers> {
  const servers = (flags.server ?? []).map((text) => parseServerFlag(text))
  const gateways = (flags.gateway ?? []).map((text) => parseGatewayFlag(text))
  checkValues(flags)
  const named = flags.datacenters ? splitList(flags.datacenters) : unique([...servers, ...gateways])
  if (!asker) refuseMissing([...missingFlags(flags, named), ...missingNodes(flags, named, servers, gateways)])
  const ask = asker ?? unattended
  const datacenters = named.length > 0 ? named : await askDatacenters(ask)
  checkNames(datacenters, [...servers, ...gateways], flags.primary)
  const consul = flags.consul ?? (await askVersion(ask))
  const via = flags.via ?? (await askVia(ask))
  for (const datacenter of datacenters) {
    if (!has(servers, datacenter)) servers.push(await askServers(ask, datacenter))
    if (via === 'mesh-gateways' && !has(gateways, datacenter)) gateways.push(await askGateway(ask, datacenter))
  }
  const acl = flags.acl === false ? 'off' : (flags.defaultPolicy ?? (flags.acl ? 'deny' : await askAcl(ask)))
  return {acl, consul, datacenters, gateways, primary: flags.primary ?? datacenters[0] ?? '', servers, via}
}

function checkValues({acl, consul, datacenters, defaultPolicy}: InitFlags): void {
  if (acl === false && defaultPolicy) throw wrong('--default-policy has no meaning with --no-acl; give one of them')
  const list = datacenters === undefined ? undefined : datacentersProblem(datacenters)
  if (list) throw wrong(`--datacenters ${datacenters ?? ''}: ${list}`)
  const version = consul === undefined ? undefined : versionProblem(consul)
  if (version) throw wrong(`--consul: ${version}`)
}

function checkNames(
  datacenters: readonly string[],
  nodes: readonly {readonly datacenter: string}[],
  primary: string | undefined,
): void {
  const list = datacenters.join(', ')
  if (primary !== undefined && !datacenters.includes(primary)) {
    throw wrong(`--primary ${primary}: the datacenters are ${list}; name one of them`)
  }
  const stranger = nodes.find(({datacenter}) => !datacenters.includes(datacenter))
  if (stranger)
    throw wrong(`a server or gateway is said to be in ${stranger.datacenter}, and the datacenters are ${list}`)
}

function missingFlags({consul, datacenters}: InitFlags, named: readonly string[]): string[] {
  return [
    ...(datacenters === undefined && named.length === 0 ? ['--datacenters dc1,dc2'] : []),
    ...(consul === undefined ? ['--consul VERSION'] : []),
  ]
}

function missingNodes(
  {via}: InitFlags,
  named: readonly string[],
  servers: readonly ServerAnswer[],
  gateways: readonly GatewayAnswer[],
): string[] {
  const datacenters = named.length > 0 ? named : ['DATACENTER']
  return [
    ...datacenters.filter((name) => !has(servers, name)).map((name) => `--server ${name}=ADDRESS`),
    ...(via === 'wan-gossip' ? [] : datacenters)
      .filter((name) => !has(gateways, name))
      .map((name) => `--gateway ${name}=ADDRESS`),
  ]
}

function refuseMissing(flags: readonly string[]): void {
  if (flags.length === 0) return
  throw new FedctlError('usage', `there is no terminal to ask on, and these flags are missing: ${flags.join(' ')}`, {
    suggestions: ['add them, or run fedctl init on a terminal', 'fedctl init --help'],
  })
}

function has(nodes: readonly {readonly datacenter: string}[], name: string): boolean {
  return nodes.some(({datacenter}) => datacenter === name)
}

function unique(nodes: readonly {readonly datacenter: string}[]): string[] {
  return [...new Set(nodes.map(({datacenter}) => datacenter))]
}

function wrong(message: string): FedctlError {
  return new FedctlError('usage', message, {suggestions: ['fedctl init --help']})
}
