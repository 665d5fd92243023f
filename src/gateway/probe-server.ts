import {probeTls, type TlsProbe, type TlsProbeResult} from '../system/tls-probe.js'

/** Who is asked, where, and with whose certificate. PEM texts; a certificate of the `cli` kind is enough. */
export type ServerProbe = Pick<
  TlsProbe,
  'ca' | 'cert' | 'context' | 'host' | 'key' | 'port' | 'serverName' | 'signal' | 'timeoutMs'
>

/** Consul's multiplexed RPC (agent/pool/conn.go, 1.8–1.21). */
const rpcMulti = 'consul/rpc-multi'

/** A yamux ping and its answer: version, type 2, flags (1 asks, 2 answers), stream 0, any value (hashicorp/yamux spec.md). */
const ping = Buffer.from([0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
const pong = Buffer.from([0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1])

/**
 * The name by which Consul asks for a server through gateways (tlsutil/config.go, 1.8–1.21).
 * Without a node: any server of that datacenter, as the first contact of a secondary asks.
 */
export function serverNameFor(datacenter: string, domain: string, node?: string): string {
  return [...(node === undefined ? [] : [node]), 'server', datacenter, domain].join('.')
}

/**
 * Connects to a Consul server as another server does, directly or through a gateway, and pings it over its RPC protocol: an answer shows that the
 * server accepted the certificate. With a certificate of the CA this leaves nothing in the server's log; without one it leaves an error there.
 */
export async function probeServer(probe: ServerProbe): Promise<TlsProbeResult> {
  return probeTls({
    ...probe,
    alpn: [rpcMulti],
    question: {isAnswered: (bytes) => bytes.includes(pong), send: ping},
  })
}
