import type {PathProbe, Snapshot} from '../observe/snapshot.js'

/** By gateway id: probes of the kind `gateway`. Each way through a gateway is judged alone, and there are thousands of them. */
export type ProbesByGateway = ReadonlyMap<string, readonly PathProbe[]>

/** The probes of a snapshot, sorted once for all judgements. */
export function probesByGateway({paths}: Snapshot): ProbesByGateway {
  const sorted = new Map<string, PathProbe[]>()
  for (const probe of paths) {
    if (probe.kind !== 'gateway') continue
    const same = sorted.get(probe.gateway)
    if (same) same.push(probe)
    else sorted.set(probe.gateway, [probe])
  }
  return sorted
}
