import type {Datacenter, Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {RunbookContext} from './context.js'
import type {OwnMove} from './own-move.js'
import {checkVersionsStep, secondaryRunbook} from './secondary.js'
import type {Gate, Runbook, Step} from './step.js'
import {accountStep} from './steps/account.js'
import {beginStep} from './steps/begin.js'
import {withLastLook} from './steps/last-look.js'
import {makeKnownStep} from './steps/make-known.js'
import {observing} from './steps/observing.js'
import {recreateStep} from './steps/recreate.js'
import {registerAgainStep} from './steps/register-again.js'
import {relinkTokensStep} from './steps/relink-tokens.js'
import {rollingChanges} from './steps/rolling.js'
import {startAgainStep} from './steps/start-again.js'

const minute = 60_000

/**
 * The way of a datacenter that runs on its own: that of a new secondary, with its servers restarted one by one instead of started, and around it what
 * keeps its agents and applications going: tokens known beforehand, things made in the primary before replication deletes them.
 */
export function ownDatacenterRunbook(federation: Federation, datacenter: Datacenter, move: OwnMove): Runbook {
  const usual = secondaryRunbook(federation, datacenter).steps
  const from = (...ids: string[]) => usual.filter(({id}) => ids.includes(id))
  const [here, both] = [[datacenter.name], [federation.primary, datacenter.name]]
  return {
    id: `bootstrap secondary ${datacenter.name} --existing`,
    steps: [
      startAgainStep([datacenter]),
      checkVersionsStep(primaryOf(federation), datacenter),
      ...from('check-primary', 'check-primary-gateways', 'prepare-gateways', 'primary-servers'),
      makeKnownStep(datacenter, move.own),
      observing(
        'check-datacenter',
        `Check that ${datacenter.name} is well`,
        'nothing is moved that does not work before',
        [
          {check: 'access.api', datacenters: here},
          {check: 'raft.leader', datacenters: here, strict: true},
          {check: 'version.supported', datacenters: here},
          // What it holds was read as the version in the file has it.
          {check: 'version.expected', datacenters: here, strict: true},
        ],
      ),
      recreateStep(datacenter, move),
      beginStep(datacenter, move),
      serversStep(datacenter, move, [
        {check: 'access.api', datacenters: here},
        {check: 'raft.leader', datacenters: here},
        {check: 'tls.server-name', datacenters: here},
        {check: 'agent.primary', datacenters: both},
        {check: 'agent.primary-gateways', datacenters: here},
        {check: 'acl.replication', datacenters: here},
      ]),
      relinkTokensStep(datacenter, move),
      registerAgainStep(datacenter),
      ...from('start-gateways'),
      accountStep(datacenter, move),
    ],
    title: `Make ${datacenter.name}, which runs on its own, a secondary of ${primaryOf(federation).name}`,
  }
}

function serversStep(datacenter: Datacenter, move: OwnMove, done: readonly Gate[]): Step {
  return {
    changes: async (context: RunbookContext) =>
      withLastLook(await rollingChanges(context, datacenter.servers), datacenter, move, context),
    done,
    id: 'change-servers',
    title: `Restart the servers of ${datacenter.name} as those of a secondary`,
    why: 'one by one, the leader last: as long as it leads, nothing is replicated; what somebody changes after the last look before its restart is lost',
    withinMs: 6 * minute,
  }
}
