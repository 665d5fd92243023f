import {FedctlError} from '../errors/fedctl-error.js'
import {movedToGateways} from '../federation/change-via.js'
import type {Datacenter, Federation} from '../federation/model.js'
import {datacenterOf, primaryOf} from '../federation/selectors.js'
import {localHost} from '../hosts/local-host.js'
import {existingSecondaryRunbook} from '../runbooks/existing.js'
import {linksOf, type LinkReport, watchLink} from '../runbooks/link-watch.js'
import {refuseStrangers} from '../runbooks/steps/start-again.js'
import {asideOf, bootstrap, type BootstrapOptions} from './bootstrap.js'
import {bootstrapOwn, type OwnConsent} from './bootstrap-own.js'
import {isOnItsOwn} from './on-its-own.js'
import {localPrograms} from './programs.js'
import type {Asker} from './prompts/asker.js'
import {sayAccount} from './say-account.js'

export interface ExistingOptions extends Omit<BootstrapOptions, 'during' | 'federation'>, OwnConsent {
  /** Undefined where there is no terminal. */
  readonly asker: Asker | undefined
  readonly before: Federation
  /** A secondary of the federation. */
  readonly secondary: string
}

/**
 * Moves a secondary from traditional WAN federation to mesh gateways, and says how many questions between datacenters were lost meanwhile.
 * @throws FedctlError `runbook.step-failed` where a server has `host: local` and was never started here, `usage` where nobody can be asked, `cancelled` where
 * the answer is no, and what the runbook throws.
 */
export async function bootstrapExisting(options: ExistingOptions): Promise<void> {
  const {before, dryRun, ports, secondary} = options
  const say = asideOf({...options, federation: before})
  const host = localHost(before, localPrograms(ports), ports)
  if (await isOnItsOwn(datacenterOf(before, secondary), {...options, federation: before})) {
    await refuseStrangers([primaryOf(before), datacenterOf(before, secondary)], host)
    return bootstrapOwn(datacenterOf(before, secondary), {...options, federation: before})
  }
  await refuseStrangers(before.datacenters, host)
  await sayAccount(before, secondary, ports)
  const moved = await movedToGateways(before)
  const after = moved.federation
  const world = {after, before: {...before, via: 'wan-gossip' as const}, isInFile: moved.isThere}
  const datacenter = datacenterOf(after, secondary)
  if (!dryRun && !moved.isThere) await confirm(options)
  await bootstrap(existingSecondaryRunbook(world, datacenter), {
    ...options,
    federation: after,
    async during(context, work) {
      const watch = await watchLink(linksOf(after, datacenter), context)
      try {
        await work()
      } finally {
        for (const line of lossLines(await watch.stop(), [primaryOf(after), datacenter])) say(line)
      }
    },
  })
}

async function confirm({asker, before, secondary, yes}: ExistingOptions): Promise<void> {
  if (yes) return
  if (!asker) {
    throw new FedctlError(
      'usage',
      `${before.file} says via: ${before.via}, and nobody can be asked whether to change that`,
      {
        suggestions: [
          'add --dry-run to read the plan',
          'add --yes to move to mesh gateways and have the file say via: mesh-gateways afterwards',
        ],
      },
    )
  }
  const answer = await asker.choice({
    choices: [
      {name: 'no, change nothing (--dry-run shows the plan)', value: 'no'},
      {name: 'yes, move to mesh gateways', value: 'yes'},
    ],
    message: `Move ${before.primary} and ${secondary} from WAN gossip to mesh gateways? Their servers are restarted one by one, and ${before.file} says via: mesh-gateways afterwards.`,
  })
  if (answer === 'no') throw new FedctlError('cancelled', 'cancelled; nothing was changed')
}

/** @param restarted the datacenters whose servers the move restarts. */
function lossLines(reports: readonly LinkReport[], restarted: readonly Datacenter[]): string[] {
  const lines = reports.flatMap(({asked, from, lost, lostForMs, reason, to}) => {
    const span = lost > 1 ? ` within ${(lostForMs / 1000).toFixed(1)} s` : ''
    const line = `${from} → ${to}: ${lost} of ${asked} questions lost${span}`
    return reason === undefined ? [line] : [line, `  the last: ${reason}`]
  })
  const isLonely = restarted.some(({servers}) => servers.length === 1) && reports.some(({lost}) => lost > 0)
  return isLonely ? [...lines, 'a datacenter with one server cannot answer while that server restarts'] : lines
}
