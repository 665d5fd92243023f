import {tokenIn} from '../consul/access.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {wereGivenConfiguration} from '../hosts/given-configuration.js'
import {latestExport} from '../holdings/export.js'
import {joinsOf, type Standing, standingObservations, standingOf} from '../holdings/standing.js'
import {openObserver} from '../observe/observer.js'
import {notKnown} from '../runbooks/steps/on-its-own.js'
import type {Ports} from '../system/ports.js'

export interface StandingSources {
  readonly federation: Federation
  /** A file with a token of the datacenter as it is on its own. */
  readonly ownTokenFile: string | undefined
  readonly ports: Ports
  readonly secrets: Secrets
}

/**
 * Whether a datacenter runs on its own, or an earlier run that found it so has not come to its end.
 * @throws FedctlError `token.missing` where it answers and cannot be told or the file holds none, `runbook.step-failed` where it is joined to others, `usage` where
 * the federation file has it joined another way.
 */
export async function isOnItsOwn(datacenter: Datacenter, sources: StandingSources): Promise<boolean> {
  const {federation, ownTokenFile} = sources
  const {name} = datacenter
  // A file without a token says nothing about the datacenter.
  if (ownTokenFile !== undefined) await tokenIn(ownTokenFile)
  const latest = await latestExport(federation, name)
  if (latest?.index.state === 'moving') return true
  const {joins, standing} = await standingNow(datacenter, sources)
  if (standing === 'unknown' && !(await wereGivenConfiguration(federation, datacenter.servers))) throw notKnown(name)
  if (standing !== 'own') return false
  if (joins.length > 0) throw joinedWithoutPrimary(datacenter, federation, joins)
  if (federation.via === 'mesh-gateways') return true
  const message = `${name} runs on its own, joined to nothing, and ${federation.file} says via: ${federation.via}`
  throw new FedctlError('usage', message, {
    suggestions: [
      'a datacenter on its own joins a federation through mesh gateways: move those that are joined first, or set via: mesh-gateways where there are none',
    ],
  })
}

/** The datacenter with the token with which it is asked as long as it is on its own. */
export function withOwnToken(datacenter: Datacenter, path: string | undefined): Datacenter {
  if (path === undefined) return datacenter
  const servers = datacenter.servers.map((server) => ({
    ...server,
    api: {...server.api, token: {from: 'file' as const, path}},
  }))
  return {...datacenter, servers}
}

/** To take it for one on its own would end the link before its gateways run. */
function joinedWithoutPrimary({name}: Datacenter, {primary}: Federation, [join = '']: readonly string[]): FedctlError {
  const message = `${name} is joined to other datacenters, and its servers run without primary_datacenter = "${primary}": ${join}`
  return new FedctlError('runbook.step-failed', message, {
    suggestions: [
      `set primary_datacenter = "${primary}" on every agent of ${name}, restart them one by one, the leader last, and run the same command again`,
      `from then on ${name} takes config entries, intentions, the Connect CA and, with ACLs, policies, roles and global tokens from ${primary}: what it alone has of them is deleted, so make it in ${primary} first`,
    ],
  })
}

interface Found {
  /** As `joinsOf` has them. */
  readonly joins: readonly string[]
  readonly standing: Standing
}

async function standingNow(datacenter: Datacenter, sources: StandingSources): Promise<Found> {
  const {federation, ownTokenFile, ports, secrets} = sources
  const asked = withOwnToken(datacenter, ownTokenFile)
  const datacenters = federation.datacenters.map((one) => (one.name === asked.name ? asked : one))
  const credentials = {env: ports.env, roles: ['verifier', 'management'] as const, secrets}
  const observer = openObserver({...federation, datacenters}, credentials, ports)
  try {
    const snapshot = await observer.observe(standingObservations, {datacenters: [asked.name]})
    const ids = asked.servers.map(({id}) => id)
    return {joins: joinsOf(ids, snapshot, asked.name), standing: standingOf(ids, snapshot, federation.primary)}
  } finally {
    await observer.close()
  }
}
