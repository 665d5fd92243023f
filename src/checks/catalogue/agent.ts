import type {Agent, Federation} from '../../federation/model.js'
import {halfMovedSecondary, secondariesOf, serversOf} from '../../federation/selectors.js'
import type {AgentFacts} from '../../observe/snapshot.js'
import {failureText, given, told} from '../answers.js'
import {applyFiles} from '../apply-files.js'
import {allOf, throughGateways, withAcls, withSecondaries, withTls, withTokenReplication} from '../applicability.js'
import {aboutServers, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {agentFacts} from '../member-facts.js'
import {broken, doubtful, excused, holds, type Verdict} from '../verdict.js'
import {joined} from '../wording.js'
import {primaryGatewaysVerdict} from './primary-gateways.js'

export const agentChecks = [
  aboutServers({
    id: 'agent.primary',
    observes: ['agent'],
    preflight: 'also',
    title: 'all agents name the same primary, and exactly one datacenter is it',
    judge: fromAgent((agent, server, {model}) =>
      given(told(agent.primaryDatacenter), (primary) =>
        primary === model.primary
          ? holds(primary)
          : setting({model, server}, 'primary_datacenter', `"${primary}"`, `"${model.primary}"`),
      ),
    ),
  }),
  aboutServers({
    id: 'agent.federation-on',
    observes: ['agent'],
    preflight: 'also',
    title: 'every server has Connect and mesh-gateway federation on',
    judge: fromAgent((agent, server, {model}) => {
      if (model.via === 'wan-gossip') return halfMovedVerdict(agent, server, model)
      if (agent.connectEnabled === false) return setting({model, server}, 'connect.enabled', 'false', 'true')
      return given(told(agent.meshGatewayFederation), (on) =>
        on ? holds() : setting({model, server}, 'connect.enable_mesh_gateway_wan_federation', 'false', 'true'),
      )
    }),
  }),
  aboutServers({
    applies: throughGateways,
    id: 'agent.no-wan-join',
    observes: ['agent'],
    preflight: 'also',
    title: 'no server still has retry_join_wan or start_join_wan',
    judge: fromAgent((agent, server, {model}) =>
      given(told(agent.retryJoinWan), (entries) =>
        entries.length === 0 ? holds() : setting({model, server}, 'retry_join_wan', joined(entries), 'no entry'),
      ),
    ),
  }),
  aboutServers({
    applies: throughGateways,
    id: 'agent.primary-gateways',
    observes: ['agent', 'catalog-gateways', 'federation-states'],
    preflight: 'also',
    title: 'secondaries list reachable gateways of the primary with ports; the primary lists none',
    judge: (server, seen) =>
      given(agentFacts(seen.snapshot, server), (agent) =>
        given(told(agent.primaryGateways), (entries) => primaryGatewaysVerdict(server, entries, seen)),
      ),
  }),
  aboutServers({
    id: 'agent.acl-mode',
    observes: ['agent'],
    preflight: 'also',
    title: 'ACLs are on or off everywhere, with the same default policy',
    judge: (server, seen) => refusedWithoutAcls(server, seen) ?? fromAgent(aclModeVerdict)(server, seen),
  }),
  aboutServers({
    applies: allOf(withAcls, withSecondaries, withTokenReplication),
    id: 'agent.token-replication',
    observes: ['agent'],
    preflight: 'also',
    subjects: (model) => secondariesOf(model).flatMap(({servers}) => servers),
    title: 'secondaries replicate tokens; down_policy lets them live through an outage',
    judge: fromAgent(tokenReplicationVerdict),
  }),
  aboutServers({
    applies: withTls,
    id: 'agent.tls',
    observes: ['agent'],
    preflight: 'also',
    title: 'every server can present and verify certificates to other servers',
    judge: fromAgent((agent, server, {model}) =>
      given(told(agent.tls), ({ca, cert}) => {
        if (ca && cert) return holds()
        const missing = [...(ca ? [] : ['ca_file']), ...(cert ? [] : ['cert_file and key_file'])]
        return broken({
          expected: 'ca_file, cert_file and key_file for calls between servers',
          fix: applyFiles(server, model, 'configuration'),
          found: `${joined(missing)} not set for calls between servers`,
        })
      }),
    ),
  }),
  aboutServers({
    id: 'agent.domain',
    observes: ['agent'],
    preflight: 'also',
    subjects: serversOf,
    title: 'one DNS domain',
    judge: fromAgent((agent, server, {model}) =>
      given(told(agent.domain), (domain) => {
        const plain = domain.replace(/\.$/, '').toLowerCase()
        return plain === model.domain.toLowerCase()
          ? holds(plain)
          : setting({model, server}, 'domain', `"${plain}"`, `"${model.domain}"`)
      }),
    ),
  }),
]

function fromAgent(judge: (agent: AgentFacts, server: Agent, seen: Seen) => Verdict) {
  return (server: Agent, seen: Seen): Verdict =>
    given(agentFacts(seen.snapshot, server), (agent) => judge(agent, server, seen))
}

/** A move to mesh gateways that was broken off: servers with the flag and without it reach each other, so it works as it is. */
function halfMovedVerdict(agent: AgentFacts, server: Agent, model: Federation): Verdict {
  return given(told(agent.meshGatewayFederation), (on) => {
    if (!on) return excused('the datacenters are joined by traditional WAN gossip (via: wan-gossip)')
    const next = halfMovedSecondary(model, server)
    return doubtful({
      expected: `no server with mesh-gateway federation, as ${model.file} says via: wan-gossip`,
      fix: [
        ...(next
          ? [`finish the move to mesh gateways: ${fedctlCommand('bootstrap secondary --existing', {dc: next.name})}`]
          : []),
        `or, where it is finished, set via: mesh-gateways in ${model.file}`,
      ],
      found: 'connect.enable_mesh_gateway_wan_federation = true: a move to mesh gateways has not come to its end',
    })
  })
}

/** Where ACLs are off, nobody is refused anything: a server that refuses has them on. */
function refusedWithoutAcls(server: Agent, {model, snapshot}: Seen): Verdict | undefined {
  const agent = snapshot.servers[server.id]?.agent
  if (model.acl.enabled || agent?.ok !== false || agent.failure.kind !== 'forbidden') return undefined
  return {...aclsSwitched(true, server, model), evidence: [failureText(agent.failure)]}
}

/** To switch ACLs off opens everything to everybody, so the file comes first. */
function aclsSwitched(on: boolean, server: Agent, model: Federation): Verdict {
  const {fix = [], ...verdict} = setting({model, server}, 'acl.enabled', String(on), String(model.acl.enabled))
  return {
    ...verdict,
    fix: [...(on ? [`if ACLs are to stay on, set acl.enabled: true in ${model.file}; otherwise:`] : []), ...fix],
  }
}

function aclModeVerdict(agent: AgentFacts, server: Agent, {model}: {readonly model: Federation}): Verdict {
  const {acl} = model
  return given(told(agent.aclEnabled), (enabled) => {
    if (enabled !== acl.enabled) return aclsSwitched(enabled, server, model)
    if (!enabled) return holds('ACLs are off')
    return given(told(agent.aclDefaultPolicy), (policy) =>
      policy === acl.defaultPolicy
        ? holds(`on, ${policy}`)
        : setting({model, server}, 'acl.default_policy', `"${policy}"`, `"${acl.defaultPolicy}"`),
    )
  })
}

/** Without replicated tokens, or with `deny`, every decision needs the primary (Consul agent/consul/acl.go, 1.8–1.21). */
function tokenReplicationVerdict(agent: AgentFacts, server: Agent, {model}: Seen): Verdict {
  return given(told(agent.tokenReplication), (on) => {
    if (!on) return setting({model, server}, 'acl.enable_token_replication', 'false', 'true')
    if (agent.aclDownPolicy !== 'deny') return holds(agent.aclDownPolicy && `down_policy ${agent.aclDownPolicy}`)
    return doubtful({
      expected: 'down_policy "extend-cache": what was allowed stays allowed while the primary is away',
      fix: [
        ...(model.acl.downPolicy === 'deny' ? [`set acl.down_policy: extend-cache in ${model.file}`] : []),
        ...applyFiles(server, model, 'configuration'),
      ],
      found: 'down_policy "deny"',
    })
  })
}

function setting(
  {model, server}: {model: Federation; server: Agent},
  key: string,
  found: string,
  expected: string,
): Verdict {
  return broken({
    expected: `${key} = ${expected}`,
    fix: applyFiles(server, model, 'configuration'),
    found: `${key} = ${found}`,
  })
}
