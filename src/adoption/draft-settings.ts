import {defaults} from '../federation/defaults.js'
import type {FederationDraft} from '../federation/federation-yaml.js'
import type {Remark} from '../federation/remarks.js'
import type {AgentFacts} from '../observe/snapshot.js'
import type {AgentAnswer, Explored} from './explored.js'
import {aclRemarks, agentRemark, gossipRemarks, primaryRemarks, tlsRemarks, viaRemarks} from './settings-remarks.js'

/** How the agents were reached, as the file says it: paths are relative to the file or absolute. */
export interface DraftAccess {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly tokenFile?: string
  readonly url: string
}

type Settings = Pick<
  FederationDraft,
  'acl' | 'agent' | 'api' | 'domain' | 'gossip' | 'mesh_gateway_mode' | 'primary' | 'tls' | 'via'
>

/** Away from where fedctl would make a CA and a key of its own: what runs already has both, and others would cut it off. */
const otherCa = {ca_file: 'pki/existing-ca.pem', ca_key_file: 'pki/existing-ca-key.pem'}
const gossipKeyFile = '.fedctl/gossip.key'

/** What the file says of all agents, and what could not be known of it. */
export interface DraftedSettings extends Settings {
  readonly remarks: readonly Remark[]
}

/** Settings that all agents share, by what most of the servers run with. */
export function draftSettings(explored: Explored, access: DraftAccess, commonPort: number): DraftedSettings {
  const answers = serverAnswers(explored)
  const agree = agreeing(answers)
  const primary = primaryOf(explored, answers)
  const via = viaOf(explored, answers)
  const hasTls = tlsOf(explored, answers, via, access)
  const tlsCaFile = answers.some(({otherCaForHttps}) => otherCaForHttps) ? undefined : access.caFile
  const aclOn = agree(({aclEnabled}) => aclEnabled) ?? explored.wanMembers.some(({acls}) => acls !== 'off')
  const mode = (['local', 'none', 'remote'] as const).find((name) => name === explored.meshGatewayMode)
  const encryption = most(answers.map(({gossipEncrypted}) => gossipEncrypted))
  return {
    acl: aclOn ? aclOf(explored, answers) : {enabled: false},
    agent: {translate_wan_addrs: most(answers.map(({translateWanAddrs}) => translateWanAddrs)) ?? false},
    api: apiOf(access, commonPort, tlsCaFile),
    domain: agree(({domain}) => domain) ?? explored.contact.facts.domain ?? defaults.domain,
    gossip: {
      encryption: encryption ?? defaults.gossip.encryption,
      ...(encryption === false ? {} : {key_file: gossipKeyFile}),
    },
    ...(mode === undefined ? {} : {mesh_gateway_mode: mode}),
    primary,
    remarks: [
      ...primaryRemarks(explored, answers, primary),
      ...viaRemarks(explored, answers),
      ...(hasTls ? tlsRemarks(tlsCaFile) : []),
      ...(aclOn ? aclRemarks(explored) : []),
      ...gossipRemarks(encryption),
      agentRemark,
    ],
    tls: hasTls
      ? {ca_file: tlsCaFile ?? otherCa.ca_file, ca_key_file: otherCa.ca_key_file, enabled: true}
      : {enabled: false},
    via,
  }
}

/** What the servers said of themselves, that of the first agent among them. */
export function serverAnswers({agents, contact}: Explored): AgentAnswer[] {
  const answers = Object.values(agents).flatMap(({answer}) => (answer.ok ? [answer.value] : []))
  const isAmong = answers.some(
    ({facts}) => facts.nodeName === contact.facts.nodeName && facts.datacenter === contact.facts.datacenter,
  )
  return contact.facts.server && !isAmong ? [...answers, contact] : answers
}

/** The datacenter that most servers name, if it is one of the federation. A traditional datacenter without the setting names itself. */
function primaryOf({contact, datacenters}: Explored, answers: readonly AgentAnswer[]): string {
  const named = [contact, ...answers].map(({facts}) => facts.primaryDatacenter || undefined)
  const known = named.filter((name) => name !== undefined && datacenters.includes(name))
  return most(known) ?? datacenters[0] ?? contact.facts.datacenter
}

/** Servers tell; where none could be asked, gateways that expose servers in more than one datacenter do. */
function viaOf({gateways}: Explored, answers: readonly AgentAnswer[]): 'mesh-gateways' | 'wan-gossip' {
  const told = answers.map(({facts}) => facts.meshGatewayFederation).filter((on) => on !== undefined)
  if (told.length > 0) return told.includes(true) ? 'mesh-gateways' : 'wan-gossip'
  const exposing = Object.values(gateways).filter(
    (answer) => answer.ok && answer.value.some(({gateway}) => gateway.exposesServers),
  )
  return exposing.length > 1 ? 'mesh-gateways' : 'wan-gossip'
}

/** Gateways and an API over https go with certificates; else the servers tell. */
function tlsOf(
  {wanMembers}: Explored,
  answers: readonly AgentAnswer[],
  via: FederationDraft['via'],
  {url}: DraftAccess,
): boolean {
  const told = most(answers.map(({facts}) => facts.tls && (facts.tls.cert || facts.tls.ca)))
  return via === 'mesh-gateways' || url.startsWith('https:') || (told ?? wanMembers.some(({usesTls}) => usesTls))
}

function aclOf(explored: Explored, answers: readonly AgentAnswer[]): NonNullable<FederationDraft['acl']> {
  const agree = agreeing(answers)
  const policy = agree(({aclDefaultPolicy}) => aclDefaultPolicy)
  const down = agree(({aclDownPolicy}) => aclDownPolicy)
  return {
    anonymous: explored.anonymousReads === false ? 'none' : 'read',
    default_policy: policy === 'allow' ? 'allow' : 'deny',
    down_policy: (['allow', 'deny', 'async-cache'] as const).find((name) => name === down) ?? 'extend-cache',
    enabled: true,
    token_replication: replicatesTokens(explored, answers),
  }
}

/** Consul's leaders tell over the API what they replicate; servers of secondaries tell what they are to replicate. */
function replicatesTokens({contact, replication}: Explored, answers: readonly AgentAnswer[]): boolean {
  const primary = most(answers.map(({facts}) => facts.primaryDatacenter)) ?? contact.facts.primaryDatacenter
  const running = Object.values(replication).some((answer) => answer.ok && answer.value.replicationType === 'tokens')
  const set = answers.some(({facts}) => facts.datacenter !== primary && facts.tokenReplication === true)
  const secondaries = Object.keys(replication).filter((name) => name !== primary)
  return running || set || secondaries.length === 0
}

/** The CA is said once where it is the one of the agents. */
function apiOf(
  {caFile, certFile, keyFile, tokenFile, url}: DraftAccess,
  port: number,
  tlsCaFile: string | undefined,
): FederationDraft['api'] {
  const scheme = url.startsWith('https:') ? 'https' : 'http'
  const usual = scheme === 'https' ? defaults.portHttps : defaults.ports.http
  return {
    scheme,
    ...(port === usual ? {} : {port}),
    ...(caFile === undefined || caFile === tlsCaFile ? {} : {ca_file: caFile}),
    ...(certFile === undefined ? {} : {cert_file: certFile}),
    ...(keyFile === undefined ? {} : {key_file: keyFile}),
    ...(tokenFile === undefined ? {} : {token: {file: tokenFile}}),
  }
}

function agreeing(answers: readonly AgentAnswer[]) {
  return <T extends boolean | string>(read: (facts: AgentFacts) => T | undefined): T | undefined =>
    most(answers.map(({facts}) => read(facts)))
}

/** The value that is there most often, the first of those. */
export function most<T>(values: readonly (T | undefined)[]): T | undefined {
  const counts = new Map<T, number>()
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
