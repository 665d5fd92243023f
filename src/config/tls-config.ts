import type {Agent, Federation} from '../federation/model.js'
import {supports} from '../versions/features.js'
import type {NodeLayout} from './node-layout.js'

type TlsFiles = {readonly ca_file: string; readonly cert_file: string; readonly key_file: string}

/** Up to 1.11. */
type TopLevelTls = Partial<TlsFiles> & {
  readonly verify_incoming_rpc?: true | undefined
  readonly verify_outgoing?: true
  readonly verify_server_hostname?: true
}

type InternalRpcTls = Partial<TlsFiles> & {
  readonly verify_incoming: true | undefined
  readonly verify_outgoing?: true
  readonly verify_server_hostname: true
}

/** From 1.12 on. */
type TlsStanza = {
  readonly defaults?: TlsFiles & {readonly verify_outgoing: true}
  readonly https?: TlsFiles | undefined
  readonly internal_rpc: InternalRpcTls
}

export type TlsConfig = TopLevelTls & {readonly tls?: TlsStanza}

/**
 * TLS between agents: servers ask for a certificate, everybody verifies the name of the server that it calls. HTTPS and gRPC ask their
 * callers for none, so that browsers, `consul` and Envoy need no client certificate.
 * @returns An empty object where TLS is off.
 */
export function tlsConfig(federation: Federation, agent: Agent, version: string, layout: NodeLayout): TlsConfig {
  if (!federation.tls.enabled) return {}
  const files = {ca_file: layout.caFile, cert_file: layout.certFile, key_file: layout.keyFile}
  const verifyIncoming = agent.kind === 'server' || undefined
  if (!supports(version, 'tls-stanza')) {
    return {...files, verify_incoming_rpc: verifyIncoming, verify_outgoing: true, verify_server_hostname: true}
  }
  if (supports(version, 'grpc-tls-by-certificate')) return {tls: listenerTls(files, agent, verifyIncoming)}
  return {
    tls: {
      defaults: {...files, verify_outgoing: true},
      internal_rpc: {verify_incoming: verifyIncoming, verify_server_hostname: true},
    },
  }
}

/** In 1.13 a certificate in `defaults` would turn TLS on at ports.grpc, where Envoy and gateways expect none (GH-14211). */
function listenerTls(files: TlsFiles, agent: Agent, verifyIncoming: true | undefined): TlsStanza {
  return {
    internal_rpc: {...files, verify_incoming: verifyIncoming, verify_outgoing: true, verify_server_hostname: true},
    https: agent.ports.https > 0 ? files : undefined,
  }
}
