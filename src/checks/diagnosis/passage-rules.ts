import {datacenterOf, gatewaysOf, serversOf} from '../../federation/selectors.js'
import type {Agent, Gateway} from '../../federation/model.js'
import type {PathProbe} from '../../observe/snapshot.js'
import {didAnswer} from '../answers.js'
import {holdsName} from '../certificate-facts.js'
import {fedctlCommand, startAgainCommand} from '../fedctl-command.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, failuresOf, type Rule} from './rule.js'

/** A connection through a gateway to a server of its own datacenter, so that no other gateway has a part in what comes back. */
interface Passage {
  readonly gateway: Gateway
  readonly probe: PathProbe
  readonly server: Agent
}

/** What comes back is a certificate of somebody else, or a refusal that no Consul server gives. */
export const gatewayEndsTls: Rule = {
  cause: 'gateway.ends-tls',
  title: 'something in front of a gateway ends TLS instead of passing it on',
  when(about) {
    const ended = passagesOf(about).flatMap((passage) => {
      const how = howItEnds(passage)
      return how === undefined ? [] : [{...passage, how}]
    })
    const [first] = ended
    if (!first) return undefined
    const {gateway, how, probe} = first
    const ids = distinct(ended.map((passage) => passage.gateway.id))
    return {
      explains: dependsOn(distinct(ended.map((passage) => passage.gateway.datacenter)), about),
      fix: [
        `let what listens at ${probe.dialled} pass TCP on to ${gateway.id} unopened: no certificate, no HTTP and no PROXY protocol there`,
        `see who answers: openssl s_client -connect ${probe.dialled} -servername ${probe.serverName}`,
        fedctlCommand('verify', {wait: '5m'}),
      ],
      title: `something in front of ${joined(ids)} ends TLS: at ${probe.dialled} ${how}`,
    }
  },
}

/** The server is there, and the gateway closes connections that ask for it: Envoy without a filter chain, HAProxy without a rule. */
export const gatewayLacksNames: Rule = {
  cause: 'gateway.names-missing',
  title: 'a gateway passes some server names on and closes connections for others',
  when(about) {
    if (failuresOf(about, 'acl.gateway-token').length > 0) return undefined
    const closed = passagesOf(about).filter((passage) => isClosed(passage) && isThere(about, passage.server))
    const [first] = closed
    if (!first) return undefined
    const ids = distinct(closed.map(({gateway}) => gateway.id))
    const names = distinct(closed.map(({probe}) => probe.serverName))
    const passed = about.snapshot.paths.find(
      ({gateway, kind, result}) => kind === 'gateway' && gateway === first.gateway.id && result.ok,
    )
    const others = passed ? `, and passes ${passed.serverName} on` : ''
    const {datacenter: dc, host} = first.gateway
    return {
      explains: dependsOn(distinct(closed.map(({gateway}) => gateway.datacenter)), about),
      fix: [
        ...(host === 'local'
          ? [`start it anew with a route for every server: ${startAgainCommand(datacenterOf(about.model, dc))}`]
          : []),
        `give ${joined(ids)} a route for ${joined(names)}, to port ${first.server.ports.server} of each of these servers; an Envoy that Consul configures gets it once its agent runs and its token may read nodes and services`,
        `see what Consul knows of it: ${fedctlCommand('gateway list', {dc})}`,
        fedctlCommand('verify', {wait: '5m'}),
      ],
      title: `gateway ${joined(ids)} closes connections for ${joined(names)}${others}`,
    }
  },
}

function passagesOf({model, snapshot}: Case): Passage[] {
  const [gateways, servers] = [gatewaysOf(model), serversOf(model)]
  return snapshot.paths.flatMap((probe) => {
    const gateway = gateways.find(({id}) => id === probe.gateway)
    const server = servers.find(({id}) => id === probe.target)
    return gateway && server?.datacenter === gateway.datacenter ? [{gateway, probe, server}] : []
  })
}

function howItEnds({probe: {presented, result, serverName}}: Passage): string | undefined {
  if (result.ok) return undefined
  if (presented?.verifiedByCa === false && !holdsName(presented, serverName)) {
    const names = joined(presented.dnsNames) || presented.commonName || 'no name'
    return `comes a certificate for ${names}, issued by ${/CN=([^,]+)/.exec(presented.issuer)?.[1] ?? presented.issuer}`
  }
  // A Consul server takes the protocol for which it is asked.
  const alert = /TLS alert "(no application protocol)"/.exec(result.failure.message)?.[1]
  return alert === undefined ? undefined : `TLS is refused with the alert "${alert}"`
}

function isClosed({probe: {result}}: Passage): boolean {
  if (result.ok || result.failure.kind !== 'tls') return false
  return /closed before a certificate came back$|TLS alert "unrecognized name"/.test(result.failure.message)
}

function isThere({snapshot}: Case, {id}: Agent): boolean {
  const {certificateOnWire, leader} = snapshot.servers[id] ?? {}
  if (certificateOnWire) return certificateOnWire.ok
  return leader !== undefined && didAnswer(leader)
}
