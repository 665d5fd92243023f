import {catalogue} from '../../../src/checks/catalogue.js'
import type {CheckResult, Finding, Report} from '../../../src/checks/check.js'
import {runChecks} from '../../../src/checks/engine.js'
import type {Federation} from '../../../src/federation/model.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aClient, aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'

/** The whole catalogue on a snapshot. */
export function reportOn(model: Federation, snapshot: Snapshot): Report {
  return runChecks(catalogue, model, snapshot)
}

/** One check of the catalogue on a snapshot. */
export function resultOf(id: string, model: Federation, snapshot: Snapshot): CheckResult {
  const result = runChecks(catalogue, model, snapshot, {only: [id]}).checks[0]
  if (!result) throw new Error(`no check ${id}`)
  return result
}

/** What one check finds about one subject. */
export function findingOf(id: string, subject: string, model: Federation, snapshot: Snapshot): Finding {
  const {findings} = resultOf(id, model, snapshot)
  const finding = findings.find((other) => other.subject === subject)
  if (finding) return finding
  throw new Error(`${id} has nothing on ${subject}, only on ${findings.map((other) => other.subject).join(', ')}`)
}

/** Two datacenters of three servers, two gateways with an Envoy to ask: a federation that earns no warning and skips nothing. */
export function aGrownFederation(): Federation {
  return aFederation({
    meshGatewayMode: 'local',
    datacenters: [1, 2].map((n) => {
      const name = `dc${n}`
      return aDatacenter(n, {
        clients: [1, 2].map((client) => aClient(name, `${name}-c${client}`, `127.7.${n}.1${client}`)),
        gateways: [1, 2].map((gateway) =>
          aGateway(name, `${name}-gw${gateway}`, `127.7.${n}.2${gateway}`, `${name}-c${gateway}`, {
            envoyAdmin: `127.7.${n}.2${gateway}:19000`,
          }),
        ),
        primaryGateways: n === 1 ? [] : ['127.7.1.21:8443', '127.7.1.22:8443'],
        servers: [1, 2, 3].map((server) => aServer(name, `${name}-s${server}`, `127.7.${n}.${server}`)),
      })
    }),
  })
}

/** The small federation of the other tests, joined the traditional way. */
export function aGossipFederation(): Federation {
  return aFederation({
    datacenters: [1, 2].map((n) => aDatacenter(n, {clients: [], gateways: [], primaryGateways: []})),
    via: 'wan-gossip',
  })
}

/** The checks that run without being asked for. */
export const usualChecks = catalogue.filter(({optIn}) => !optIn)
