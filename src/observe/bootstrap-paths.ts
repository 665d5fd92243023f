import pMap from 'p-map'

import type {Datacenter, Federation} from '../federation/model.js'
import {serverNameFor} from '../gateway/probe-server.js'
import {isDiscovered, shownEntry} from './discover-entries.js'
import type {PathProbe} from './snapshot.js'
import {dialledAddress, probePath, type TlsPathOptions} from './tls-path.js'

export interface BootstrapPaths {
  readonly probes: readonly PathProbe[]
  /** By entry: why it was not dialled. */
  readonly skipped: Readonly<Record<string, string>>
}

const atOnce = 8

/** Probes of every `primary_gateways` entry of these datacenters with the name that a secondary's first join carries. */
export async function observeBootstrapPaths(
  federation: Federation,
  datacenters: readonly Datacenter[],
  options: TlsPathOptions,
): Promise<BootstrapPaths> {
  const entries = [...new Set(datacenters.flatMap(({primaryGateways}) => primaryGateways))]
  const dialled = entries.flatMap((entry) => {
    const target = hostAndPort(entry)
    return target ? [{...target, entry}] : []
  })
  const skipped = entries.filter((entry) => !hostAndPort(entry))
  const serverName = serverNameFor(federation.primary, federation.domain)
  const probes = await pMap(
    dialled,
    async ({entry, host, port}): Promise<PathProbe> => {
      const {answer} = await probePath({host, port, serverName}, options)
      const about = {dialled: dialledAddress({host, port}), gateway: entry, serverName}
      return {...about, kind: 'bootstrap', network: 'wan', result: answer}
    },
    {concurrency: atOnce},
  )
  return {probes, skipped: Object.fromEntries(skipped.map((entry) => [shownEntry(entry), whySkipped(entry)]))}
}

/** An IPv6 address stands in brackets. */
function hostAndPort(entry: string): {host: string; port: number} | undefined {
  const found = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[^\s:=]+)):(?<port>\d{1,5})$/i.exec(entry)
  const host = found?.groups?.v6 ?? found?.groups?.host
  return host === undefined ? undefined : {host, port: Number(found?.groups?.port)}
}

function whySkipped(entry: string): string {
  return isDiscovered(entry) ? 'only Consul itself can look up a go-discover text' : 'it is not a host and a port'
}
