import {dirname} from 'node:path'

import {configurationDigest} from '../../config/configuration-digest.js'
import {existingSecrets} from '../../config/render-secrets.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Agent, Datacenter} from '../../federation/model.js'
import {wereGivenConfiguration} from '../../hosts/given-configuration.js'
import {latestExport} from '../../holdings/export.js'
import {standingObservations, standingOf} from '../../holdings/standing.js'
import type {RunbookContext} from '../context.js'
import type {Step} from '../step.js'

/**
 * The step, refused where the datacenter is on its own: replication makes a secondary equal to its primary and merges nothing
 * (Consul agent/consul/acl_replication.go and config_replication.go, 1.8–1.21).
 */
export function unlessOnItsOwn(step: Step, datacenter: Datacenter): Step {
  return {
    ...step,
    async changes(context) {
      await refuseOnItsOwn(datacenter, context)
      return step.changes(context)
    },
  }
}

async function refuseOnItsOwn({name, servers}: Datacenter, context: RunbookContext): Promise<void> {
  const {federation, observer} = context
  const latest = await latestExport(federation, name)
  if (latest?.index.state === 'moving') throw inBetween(name, latest.folder, context)
  const seen = await observer.observe(standingObservations, {datacenters: [name]})
  const own = servers.find(({id}) => {
    const agent = seen.servers[id]?.agent
    const primary = agent?.ok ? agent.value.primaryDatacenter : undefined
    return primary !== undefined && primary !== federation.primary
  })
  if (own) throw onItsOwn(`${own.id} runs with another primary_datacenter than ${federation.primary}`, name, context)
  if (await runsAsRendered(servers, context)) return
  const ids = servers.map(({id}) => id)
  const standing = standingOf(ids, seen, federation.primary)
  if (standing === 'own')
    throw onItsOwn(`${name} runs, and does not replicate from ${federation.primary}`, name, context)
  // One that this workspace has configured, and that has no leader now, is not on its own.
  if (standing === 'unknown' && !(await wereGivenConfiguration(federation, servers))) throw notKnown(name)
}

/** A server that was given its configuration as a secondary may not know any token yet, and its leader may not replicate yet. */
async function runsAsRendered(
  servers: readonly Agent[],
  {federation, hosts, secrets}: RunbookContext,
): Promise<boolean> {
  for (const server of servers) {
    const {digest, handedOver} = await hosts[server.host].stateOf(server.id)
    const given = server.host === 'manual' ? handedOver : digest
    if (given === undefined) continue
    const wanted = await configurationDigest(federation, existingSecrets(secrets), server).catch(() => undefined)
    if (given === wanted) return true
  }
  return false
}

function onItsOwn(found: string, name: string, {federation, fedctl}: RunbookContext): FedctlError {
  const message = `${found}: as a secondary of ${federation.primary}, ${name} would lose its policies, roles, global tokens, intentions and config entries`
  return new FedctlError('secondary.would-lose', message, {
    suggestions: [
      'see each of them, export them, and move it with what can be made in the primary:',
      fedctl(`bootstrap secondary --existing --dc ${name} --own-token-file FILE`),
    ],
  })
}

/** Its servers may run as those of a secondary already, while local tokens wait for their policies and nothing is counted yet. */
function inBetween(name: string, folder: string, {fedctl}: RunbookContext): FedctlError {
  const message = `${name} was on its own, and its move has not come to its end`
  return new FedctlError('runbook.step-failed', message, {
    suggestions: [
      'go on with it:',
      fedctl(`bootstrap secondary --existing --dc ${name}`),
      `or, where it is to be made anew without what it held, put ${dirname(folder)} out of the workspace first`,
    ],
  })
}

/** @returns The failure for a datacenter that answers and does not tell whether it has a primary. */
export function notKnown(name: string): FedctlError {
  return new FedctlError(
    'token.missing',
    `it cannot be told whether ${name} runs on its own: its servers answer, and say neither their primary nor whether they replicate`,
    {
      suggestions: [
        `name a file that holds a token of ${name} with agent_prefix "" to read: --own-token-file FILE with --existing`,
        'or, where it has no leader, see to that first: consul operator raft list-peers',
      ],
    },
  )
}
