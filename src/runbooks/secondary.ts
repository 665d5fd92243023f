import type {Datacenter, Federation} from '../federation/model.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {datacenterOf, primaryOf, secondariesOf} from '../federation/selectors.js'
import {compareVersions} from '../versions/version.js'
import type {Gate, Runbook, Step} from './step.js'
import {startServersStep} from './steps/agents.js'
import {applyAclStep} from './steps/acl.js'
import {issueCertificatesStep} from './steps/certificates.js'
import {renderStep} from './steps/configuration.js'
import {startGatewaysStep} from './steps/gateways.js'
import {observing} from './steps/observing.js'
import {unlessOnItsOwn} from './steps/on-its-own.js'
import {rollingChanges} from './steps/rolling.js'
import {unlessTraditional} from './steps/traditional-joins.js'

const minute = 60_000

/**
 * The documented way of a new secondary datacenter, in its order: versions, the primary, its gateways, the secondary's gateways prepared,
 * the primary's servers, the secondary's configuration, its servers, its gateways
 * (Consul documentation, "Enabling WAN federation control plane traffic", the same text for 1.8–2.0).
 */
export function secondaryRunbook(federation: Federation, datacenter: Datacenter): Runbook {
  const primary = primaryOf(federation)
  const [home, here] = [[primary.name], [datacenter.name]]
  const both = [primary.name, datacenter.name]
  const byGossip = federation.via === 'wan-gossip'
  const gate = (check: string, datacenters: readonly string[]): Gate => ({check, datacenters})
  return {
    id: `bootstrap secondary ${datacenter.name}`,
    steps: [
      unlessOnItsOwn(unlessTraditional(checkVersionsStep(primary, datacenter), datacenter), datacenter),
      beforehand(
        'check-primary',
        `Check the primary ${primary.name}`,
        'a secondary copies everything from the primary while it starts',
        [gate('access.api', home), gate('raft.leader', home)],
      ),
      ...(byGossip
        ? []
        : [
            beforehand(
              'check-primary-gateways',
              `Check the gateways of ${primary.name}`,
              'the first contact of a secondary goes through a gateway that exposes servers',
              [gate('gateway.registered', home), gate('gateway.healthy', home), gate('state.published', home)],
            ),
          ]),
      prepareGatewaysStep(datacenter, byGossip),
      primaryServersStep(primary, [
        gate('agent.federation-on', home),
        gate('agent.no-wan-join', home),
        gate('gateway.path', home),
      ]),
      renderStep(datacenter, {firstStart: false}),
      startServersStep(
        datacenter,
        [
          gate('access.api', here),
          gate('raft.leader', here),
          gate('tls.server-name', here),
          gate('agent.primary', both),
          gate('agent.primary-gateways', here),
          gate('acl.replication', here),
        ],
        'with the replication token in their configuration they join through the gateways of the primary and copy its ACLs',
      ),
      startGatewaysStep(
        datacenter,
        [
          gate('access.token', here),
          gate('gateway.registered', here),
          {check: 'gateway.healthy', datacenters: here, strict: true},
          gate('state.published', both),
          gate('gateway.path', both),
          gate('wan.members', both),
          gate('wan.rpc', both),
          gate('state.replicated', here),
          gate('ca.root', both),
          gate('ca.intermediate', here),
          gate('entries.replicated', here),
        ],
        federation.via,
      ),
    ],
    title: `Bootstrap the secondary datacenter ${datacenter.name}`,
  }
}

/** The versions that run in the primary, and those that the file names: a secondary that runs ahead of its primary is not supported. */
export function checkVersionsStep(primary: Datacenter, datacenter: Datacenter): Step {
  const step = beforehand(
    'check-versions',
    'Check the versions of all agents',
    'gateways carry federation since Consul 1.8, and the primary is upgraded before its secondaries',
    [{check: 'version.supported', datacenters: [primary.name]}],
  )
  const isAhead = compareVersions(datacenter.consul, primary.consul) > 0
  if (!isAhead) return step
  const message = `${datacenter.name} is to run Consul ${datacenter.consul}, and its primary ${primary.name} only ${primary.consul}`
  const suggestions = [`upgrade ${primary.name} first, or name an older version for ${datacenter.name}`]
  return {...step, changes: () => Promise.reject(new FedctlError('runbook.step-failed', message, {suggestions}))}
}

/** What is to be there before the first step, and is asked at once rather than waited for. */
function beforehand(...step: Parameters<typeof observing>): Step {
  const advice: Step['advice'] = (fedctl) => `bring the primary up first: ${fedctl('bootstrap primary')}`
  return {...observing(...step), advice, withinMs: minute / 4}
}

/** Certificates and tokens: a gateway can start the moment its datacenter can resolve tokens. */
function prepareGatewaysStep(datacenter: Datacenter, byGossip: boolean): Step {
  const certificates = issueCertificatesStep(datacenter)
  const acl = applyAclStep(datacenter)
  return {
    async changes(context) {
      return [...(await certificates.changes(context)), ...(await acl.changes(context))]
    },
    done: certificates.done,
    id: 'prepare-gateways',
    title: `Prepare certificates and tokens of ${datacenter.name}${byGossip ? '' : ' and its gateways'}`,
    why: byGossip
      ? 'tokens of a secondary are made in the primary'
      : 'the gateways of a secondary register through the primary, so all they need is made there before',
    withinMs: minute,
  }
}

/** Restarts primary servers that do not run with the federation flag yet, one after the other. */
function primaryServersStep(primary: Datacenter, done: readonly Gate[]): Step {
  return {
    changes: (context) => rollingChanges(context, primary.servers),
    done,
    id: 'primary-servers',
    title: `Bring the servers of ${primary.name} up to date`,
    why: 'every server of every datacenter needs the federation flag, the primary first',
    withinMs: 3 * minute,
  }
}

/**
 * The secondary that a command is about: the named one, or the only one.
 * @throws FedctlError `usage` where there is none, or several and none was named.
 */
export function chooseSecondary(federation: Federation, name: string | undefined): Datacenter {
  const secondaries = secondariesOf(federation)
  const names = secondaries.map((datacenter) => datacenter.name).join(', ')
  if (name !== undefined) {
    const datacenter = datacenterOf(federation, name)
    if (!datacenter.isPrimary) return datacenter
    throw new FedctlError('usage', `${name} is the primary datacenter`, {suggestions: [`secondaries are: ${names}`]})
  }
  const [only, ...others] = secondaries
  if (!only) throw new FedctlError('usage', `there is no secondary datacenter in ${federation.file}`)
  if (others.length === 0) return only
  throw new FedctlError('usage', 'there are several secondary datacenters', {
    suggestions: [`name one with --dc: ${names}`],
  })
}
