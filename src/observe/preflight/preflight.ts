import {tokenNames} from '../../acl/names.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import type {Secrets} from '../../federation/secrets.js'
import {agentsOf} from '../../federation/selectors.js'
import type {Ports} from '../../system/ports.js'
import {Redactor} from '../../system/redaction.js'
import {answered, failed} from '../answer.js'
import {dropUndefined} from '../drop-undefined.js'
import {readProbeTrust} from '../probe-trust.js'
import {redactStrings} from '../redact-strings.js'
import {readCertificateOnDisk} from '../server-certificates.js'
import type {Answer, CertificateFacts, MemberFacts, ServerView, Snapshot} from '../snapshot.js'
import {observeCertificates} from './certificates.js'
import {type ObservedConfiguration, observeConfigurations} from './configurations.js'
import {observeEndpoints} from './endpoints.js'
import {observeListeners} from './listeners.js'

/**
 * What a federation would be, from its file, the workspace and the ports of this machine: agents as they are configured, pools as the file
 * has them. No agent is asked, nothing is written.
 * @throws The reason of the ports' signal once it is aborted; FedctlError `file.unreadable`.
 */
export async function observePreflight(
  federation: Federation,
  secrets: Secrets,
  ports: Ports,
  fedctlVersion: string,
): Promise<Snapshot> {
  const {clock, signal} = ports
  const [startedAt, startedMs] = [clock.now(), clock.monotonicMs()]
  const {anchors} = await readProbeTrust(federation)
  const [configurations, certificates, endpoints, listeners] = await Promise.all([
    observeConfigurations(federation, secrets, ports),
    observeCertificates(federation, anchors ?? [], startedAt),
    observeEndpoints(federation, signal),
    observeListeners(federation),
  ])
  const servers = federation.datacenters.flatMap((datacenter) =>
    datacenter.servers.map(async (server): Promise<[string, ServerView]> => {
      const onDisk = federation.tls.enabled
        ? issued(await readCertificateOnDisk(federation, server, anchors))
        : undefined
      return [server.id, viewOf(datacenter, configurations.get(server.id), onDisk)]
    }),
  )
  const redactor = new Redactor()
  redactor.add(() => secrets.texts())
  const snapshot: Snapshot = {
    durationMs: 0,
    envoys: {},
    fedctlVersion,
    paths: [],
    preflight: {
      certificates,
      configurations: Object.fromEntries([...configurations].map(([id, {facts}]) => [id, facts])),
      endpoints,
      listeners,
      primaryBegun: secrets.knownToken(tokenNames.management) !== undefined,
    },
    schemaVersion: 1,
    servers: Object.fromEntries(await Promise.all(servers)),
    startedAt: startedAt.toISOString(),
  }
  signal.throwIfAborted()
  return redactStrings({...snapshot, durationMs: Math.round(clock.monotonicMs() - startedMs)}, redactor)
}

function viewOf(
  datacenter: Datacenter,
  configuration: ObservedConfiguration | undefined,
  certificateOnDisk: Answer<CertificateFacts> | undefined,
): ServerView {
  return dropUndefined<ServerView>({
    agent: configuration?.agent,
    certificateOnDisk,
    lanMembers: answered(agentsOf(datacenter).map((agent) => plannedMember(datacenter, agent))),
  })
}

/** A member of a LAN pool as the file has it. Its node id is not known before it runs. */
function plannedMember(
  {consul}: Datacenter,
  {address, advertiseAddr, datacenter, kind, name, ports}: Agent,
): MemberFacts {
  return {
    address: advertiseAddr ?? address,
    build: consul,
    datacenter,
    id: '',
    name,
    port: ports.serfLan,
    role: kind === 'server' ? 'consul' : 'node',
    status: 'alive',
  }
}

function issued(onDisk: Answer<CertificateFacts>): Answer<CertificateFacts> {
  return onDisk.ok || onDisk.failure.kind !== 'not-found'
    ? onDisk
    : failed('not-found', 'its certificate is not issued yet: fedctl tls issue')
}
