import {agentSelf} from '../consul/api.js'
import type {AgentSelf} from '../consul/types.js'
import {type AgentSelfField, readAgentSelf} from '../versions/agent-self.js'
import {shownEntry} from './discover-entries.js'
import {dropUndefined} from './drop-undefined.js'
import type {Question} from './questioner.js'
import type {AgentFacts} from './snapshot.js'
import {agentFactsSchema} from './snapshot-schema.js'

/** What configuration an agent really runs with. Needs `agent:read`. */
export const agentQuestion: Question<AgentSelf, AgentFacts> = {
  local: true,
  observation: 'agent',
  put: agentSelf,
  read: readAgentFacts,
  schema: agentFactsSchema,
}

/** The effective configuration of an agent out of its answer for `/v1/agent/self`, 1.8 and newer. */
export function readAgentFacts(answer: AgentSelf): AgentFacts {
  const flag = (field: AgentSelfField) => booleanOf(readAgentSelf(answer, field))
  const text = (field: AgentSelfField) => textOf(readAgentSelf(answer, field))
  const list = (field: AgentSelfField) => listOf(readAgentSelf(answer, field))
  return dropUndefined<AgentFacts>({
    aclDefaultPolicy: text('aclDefaultPolicy'),
    aclDownPolicy: text('aclDownPolicy'),
    aclEnabled: flag('aclEnabled'),
    advertiseAddrWan: text('advertiseAddrWan'),
    connectEnabled: flag('connectEnabled'),
    datacenter: text('datacenter'),
    domain: text('domain')?.replace(/\.$/, ''),
    envoyVersions: list('envoyVersions'),
    meshGatewayFederation: flag('meshGatewayFederation'),
    nodeId: text('nodeId'),
    nodeName: text('nodeName'),
    primaryDatacenter: text('primaryDatacenter'),
    primaryGateways: list('primaryGateways')?.map((entry) => shownEntry(entry)),
    retryJoinWan: joinedLists(list('retryJoinWan'), list('startJoinWan')),
    server: flag('server'),
    tls: tlsOf(flag, text),
    tokenReplication: flag('tokenReplication'),
    version: text('version'),
  })
}

function tlsOf(
  flag: (field: AgentSelfField) => boolean | undefined,
  text: (field: AgentSelfField) => string | undefined,
): AgentFacts['tls'] {
  const verifyOutgoing = flag('verifyOutgoing')
  if (verifyOutgoing === undefined) return undefined
  return {
    ca: Boolean(text('caFile')) || Boolean(text('caPath')),
    cert: Boolean(text('certFile')),
    verifyIncoming: (flag('verifyIncoming') ?? false) || (flag('verifyIncomingRpc') ?? false),
    verifyOutgoing,
    verifyServerHostname: flag('verifyServerHostname') ?? false,
  }
}

function joinedLists(first: string[] | undefined, second: string[] | undefined): string[] | undefined {
  if (!first && !second) return undefined
  return [...(first ?? []), ...(second ?? [])].map((entry) => shownEntry(entry))
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function listOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined
}
