import {parseEndpoint} from '../../federation/fields/endpoint.js'
import type {Agent} from '../../federation/model.js'
import {datacenterOf, primaryOf} from '../../federation/selectors.js'
import {isDiscovered, shownEntry} from '../../observe/discover-entries.js'
import {reachOf, sameEndpoint, type EndpointFacts, shownEndpoint} from '../addresses.js'
import {applyFiles} from '../apply-files.js'
import type {Seen} from '../define-check.js'
import {registeredGateways, wanEndpoint} from '../gateway-facts.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {joined} from '../wording.js'

/**
 * Judges `primary_gateways` of a server. Consul dials an entry as it stands, so one without a port never connects
 * (Consul agent/retry_join.go, 1.8–1.21; the agent starts with it all the same).
 */
export function primaryGatewaysVerdict(server: Agent, entries: readonly string[], seen: Seen): Verdict {
  const {isPrimary, primaryGateways} = datacenterOf(seen.model, server.datacenter)
  const planned = primaryGateways.map(shownEntry)
  const fix = applyFiles(server, seen.model, 'configuration')
  if (isPrimary) {
    return entries.length === 0
      ? holds('none')
      : broken({expected: 'no entry in the primary', fix, found: `primary_gateways lists ${joined(entries)}`})
  }
  const expected = `primary_gateways with ${joined(planned)}`
  if (entries.length === 0) return broken({expected, fix, found: 'primary_gateways is empty: it cannot join'})
  const portless = entries.filter((entry) => !isDiscovered(entry) && !parseEndpoint(entry))
  if (portless.length > 0) {
    return broken({expected, fix, found: `${joined(portless)} in primary_gateways has no port: it never connects`})
  }
  const strange = entries.filter((entry) => !planned.some((other) => sameEntry(entry, other)))
  if (strange.length > 0) return broken({expected, fix, found: `primary_gateways lists ${joined(strange)}`})
  return againstCatalog(entries, seen, expected) ?? holds(joined(entries))
}

/** Entries that are addresses can be compared with the gateways that the primary has. Names and go-discover strings cannot. */
function againstCatalog(entries: readonly string[], {model, snapshot}: Seen, expected: string): Verdict | undefined {
  const registered = registeredGateways(model, snapshot, primaryOf(model))
  if (!registered.known || registered.value.gateways.length === 0) return undefined
  const there = registered.value.gateways.map(wanEndpoint)
  const entriesAsEndpoints = entries.map(endpointOf)
  if ([...entriesAsEndpoints, ...there].some((endpoint) => !endpoint || !isLiteral(endpoint.address))) return undefined
  const known = entriesAsEndpoints.some((entry) => entry && there.some((endpoint) => sameEndpoint(entry, endpoint)))
  if (known) return undefined
  return broken({
    evidence: there.map((endpoint) => `the primary has a gateway at ${shownEndpoint(endpoint)}`),
    expected: `${expected}, and one of the primary's gateways among them`,
    fix: [`correct the gateways of ${model.primary}, or primary_gateways, in ${model.file}`],
    found: `no gateway of ${model.primary} is at ${joined(entries)}`,
  })
}

function sameEntry(a: string, b: string): boolean {
  const [left, right] = [endpointOf(a), endpointOf(b)]
  return left && right ? sameEndpoint(left, right) : a.trim() === b.trim()
}

function endpointOf(entry: string): EndpointFacts | undefined {
  const endpoint = parseEndpoint(entry)
  return endpoint && {address: endpoint.host, port: endpoint.port}
}

/** Names may stand for any address, also for that of a load balancer in front. */
function isLiteral(host: string): boolean {
  return reachOf(host) !== 'everywhere' || /^[\d.]+$|:/.test(host)
}
