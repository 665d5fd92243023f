import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf, secondariesOf} from '../federation/selectors.js'
import {writeVia} from '../federation/change-via.js'
import {joinsByHand, stillJoining} from './join-again.js'
import type {Change, Gate, Runbook, Step} from './step.js'
import {applyAclStep} from './steps/acl.js'
import {issueCertificatesStep} from './steps/certificates.js'
import {startGatewaysStep} from './steps/gateways.js'
import {leftOverJoinsStep} from './steps/left-over-joins.js'
import {loadCertificatesStep} from './steps/load-certificates.js'
import {observing} from './steps/observing.js'
import {unlessOnItsOwn} from './steps/on-its-own.js'
import {rollingChanges, writing} from './steps/rolling.js'
import {startAgainStep} from './steps/start-again.js'

const minute = 60_000

/** A federation that is joined the traditional way, and how its file will describe it afterwards. */
export interface Move {
  readonly after: Federation
  readonly before: Federation
  /** Whether the file describes it already. */
  readonly isInFile: boolean
}

/**
 * The documented way from traditional WAN federation to mesh gateways, in its order: versions, gateways in every datacenter, the primary's servers,
 * the secondary's servers (Consul documentation, "Enabling WAN federation control plane traffic", the same text for 1.8–2.0). A server with the flag
 * dials through gateways and one without it directly, and port 8300 serves both, so the datacenters stay connected in between.
 */
export function existingSecondaryRunbook({after, before, isInFile}: Move, datacenter: Datacenter): Runbook {
  const primary = primaryOf(after)
  const {datacenters} = after
  const all = datacenters.map(({name}) => name)
  const both = [primary.name, datacenter.name]
  const gate = (check: string, scope: readonly string[]): Gate => ({check, datacenters: scope})
  const link = [gate('wan.members', all), gate('wan.rpc', all)]
  return {
    id: `bootstrap secondary ${datacenter.name} --existing`,
    steps: [
      unlessOnItsOwn(startAgainStep(datacenters), datacenter),
      observing('check-versions', 'Check the versions of all agents', 'gateways carry federation since Consul 1.8', [
        gate('version.supported', all),
        {...gate('version.skew', all), strict: true},
      ]),
      observing(
        'check-datacenters',
        'Check that all datacenters are well and reach each other',
        'nothing is moved that does not work before',
        [
          gate('access.api', all),
          {...gate('raft.leader', all), strict: true},
          gate('agent.primary', all),
          gate('acl.replication', all),
          ...link,
        ],
      ),
      leftOverJoinsStep(datacenters),
      applyAclStep(primary),
      ...datacenters.map((each) => named(issueCertificatesStep(each), each)),
      loadCertificatesStep(before, datacenters),
      prepareGatewaysStep(datacenters),
      ...datacenters.map((each) =>
        named(startGatewaysStep(each, [gate('gateway.registered', [each.name])], after.via), each),
      ),
      {
        ...observing(
          'check-gateways',
          'Check the gateways and that all datacenters know them',
          'from its restart on a server reaches other datacenters through gateways alone',
          [
            {...gate('gateway.healthy', all), strict: true},
            gate('state.published', all),
            gate(
              'state.replicated',
              secondariesOf(after).map(({name}) => name),
            ),
            gate('gateway.path', all),
            ...link,
          ],
        ),
        withinMs: 6 * minute,
      },
      serversStep(primary, [
        gate('agent.federation-on', [primary.name]),
        gate('agent.no-wan-join', [primary.name]),
        ...link,
      ]),
      serversStep(datacenter, [
        gate('agent.federation-on', [datacenter.name]),
        gate('agent.no-wan-join', [datacenter.name]),
        gate('agent.primary-gateways', [datacenter.name]),
        ...link,
      ]),
      {
        ...observing(
          'check-federation',
          'Check the federation through the gateways',
          'a move is done when it is proven',
          [
            gate('gateway.path', both),
            gate('state.published', both),
            gate('state.replicated', [datacenter.name]),
            gate('acl.replication', [datacenter.name]),
            gate('ca.root', both),
            ...link,
          ],
        ),
        withinMs: 6 * minute,
      },
      ...(isInFile ? [] : [writeViaStep(before)]),
    ],
    title: `Move the federation of ${primary.name} and ${datacenter.name} from WAN gossip to mesh gateways`,
  }
}

/** The same step for one of several datacenters. */
function named(step: Step, {name}: Datacenter): Step {
  return {...step, id: `${step.id}-${name}`}
}

/** The configuration of the client agents beside the gateways. */
function prepareGatewaysStep(datacenters: readonly Datacenter[]): Step {
  return {
    async changes(context) {
      const clients = datacenters.flatMap((datacenter) => datacenter.clients)
      return (await Promise.all(clients.map((client) => writing(context, client)))).flat()
    },
    done: [],
    id: 'prepare-gateways',
    title: 'Prepare client agents for the gateways',
    why: 'a gateway registers with the client agent beside it',
    withinMs: minute,
  }
}

function serversStep(datacenter: Datacenter, done: readonly Gate[]): Step {
  return {
    async changes(context) {
      const changes = await rollingChanges(context, datacenter.servers)
      const joinedBy = datacenter.isPrimary ? await stillJoining(context) : []
      return changes.map((change) => withJoin(change, joinedBy))
    },
    done,
    id: `change-servers-${datacenter.name}`,
    ...(datacenter.isPrimary ? {meanwhile: joinsByHand()} : {}),
    title: `Change the servers of ${datacenter.name} over to mesh gateways`,
    why: datacenter.isPrimary
      ? 'the primary comes first; its servers go on answering those that still call directly'
      : 'with primary_gateways and the flag instead of retry_join_wan they reach the primary through its gateways',
    withinMs: 6 * minute,
  }
}

function withJoin(change: Change, joinedBy: readonly string[]): Change {
  if (change.kind !== 'restart-agent' || change.host === 'manual' || joinedBy.length === 0) return change
  return {...change, joinedBy, summary: `${change.summary}, and have ${joinedBy.join(', ')} join it again`}
}

function writeViaStep(before: Federation): Step {
  return {
    changes: () =>
      Promise.resolve([
        {
          count: 1,
          kind: 'write-federation-file',
          summary: `set via: mesh-gateways in ${before.file}, where it says ${before.via}`,
          write: () => writeVia(before),
        },
      ]),
    done: [],
    id: 'write-via',
    title: 'Have the federation file say how the datacenters are federated now',
    why: 'everything else that fedctl does follows from the file',
    withinMs: 0,
  }
}
