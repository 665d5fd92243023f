import {tokenIn} from '../consul/access.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {wereGivenConfiguration} from '../hosts/given-configuration.js'
import {latestExport} from '../holdings/export.js'
import {type Standing, standingObservations, standingOf} from '../holdings/standing.js'
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
 * @throws FedctlError `token.missing` where it answers and cannot be told or the file holds none, `usage` where the federation file has it joined another way.
 */
export async function isOnItsOwn(datacenter: Datacenter, sources: StandingSources): Promise<boolean> {
  const {federation, ownTokenFile} = sources
  const {name} = datacenter
  // A file without a token says nothing about the datacenter.
  if (ownTokenFile !== undefined) await tokenIn(ownTokenFile)
  const latest = await latestExport(federation, name)
  if (latest?.index.state === 'moving') return true
  const standing = await standingNow(datacenter, sources)
  if (standing === 'unknown' && !(await wereGivenConfiguration(federation, datacenter.servers))) throw notKnown(name)
  if (standing !== 'own') return false
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

async function standingNow(datacenter: Datacenter, sources: StandingSources): Promise<Standing> {
  const {federation, ownTokenFile, ports, secrets} = sources
  const asked = withOwnToken(datacenter, ownTokenFile)
  const datacenters = federation.datacenters.map((one) => (one.name === asked.name ? asked : one))
  const credentials = {env: ports.env, roles: ['verifier', 'management'] as const, secrets}
  const observer = openObserver({...federation, datacenters}, credentials, ports)
  try {
    const snapshot = await observer.observe(standingObservations, {datacenters: [asked.name]})
    return standingOf(
      asked.servers.map(({id}) => id),
      snapshot,
      federation.primary,
    )
  } finally {
    await observer.close()
  }
}
