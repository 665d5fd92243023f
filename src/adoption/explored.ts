import type {AgentFacts, AclReplicationFacts, Answer, GatewayFacts} from '../observe/snapshot.js'

/** What a live federation told: plain data without a secret, from which a federation file is drafted. */
export interface Explored {
  /** By server id (`dc1/dc1-s1`): what each server said of itself, or why it could not be asked. */
  readonly agents: Readonly<Record<string, FoundAgent>>
  /** Whether requests without a token may read nodes and services; undefined where nobody said. */
  readonly anonymousReads?: boolean
  /** Of proxy-defaults; undefined where there are none, or nobody could say. */
  readonly meshGatewayMode?: string
  /** What the first agent said of itself. */
  readonly contact: AgentAnswer
  /** By datacenter: its servers as its catalog has them. */
  readonly catalog: Readonly<Record<string, Answer<readonly CatalogServer[]>>>
  /** Every datacenter that the first agent knows. */
  readonly datacenters: readonly string[]
  /** By datacenter: its mesh gateways. */
  readonly gateways: Readonly<Record<string, Answer<readonly FoundGateway[]>>>
  /** By datacenter: how replication of ACLs into it goes. */
  readonly replication: Readonly<Record<string, Answer<AclReplicationFacts>>>
  readonly wanMembers: readonly WanServer[]
}

/** The API of one server. */
export interface FoundAgent {
  readonly answer: Answer<AgentAnswer>
  /** Name that the certificate was verified for, where that is not the host of `url`. */
  readonly serverName?: string
  /** Where it answered; the address tried first where it did not. */
  readonly url: string
}

/** What an agent says of itself. */
export interface AgentAnswer {
  readonly facts: AgentFacts
  readonly gossipEncrypted?: boolean
  /** Whether its API over https has another CA than calls between servers. */
  readonly otherCaForHttps?: boolean
  /** In the federation file's own spelling; -1 is off. */
  readonly ports: AgentPortFacts
  readonly translateWanAddrs?: boolean
}

export type AgentPortFacts = Readonly<
  Partial<Record<'dns' | 'grpc' | 'grpc_tls' | 'http' | 'https' | 'serf_lan', number>>
>

/** A server in the catalog of its datacenter. */
export interface CatalogServer {
  /** LAN address. */
  readonly address: string
  readonly name: string
  /** Port of RPC. */
  readonly port: number
  /** Such as `1.17.3`; empty where the catalog does not say. */
  readonly version: string
  readonly wanAddress?: string
}

/** A mesh gateway, with the address of the node that it stands on. */
export interface FoundGateway {
  readonly gateway: GatewayFacts
  readonly nodeAddress: string
}

/** A server in the WAN pool. */
export interface WanServer {
  /** The member's tag `acls`. */
  readonly acls: 'legacy' | 'off' | 'on' | 'unknown'
  /** WAN address. */
  readonly address: string
  readonly datacenter: string
  /** Without the datacenter. */
  readonly name: string
  /** Port of RPC; undefined where the member does not say. */
  readonly port?: number
  readonly status: 'alive' | 'failed' | 'leaving' | 'left' | 'unknown'
  /** Whether it has a certificate authority for calls between servers. */
  readonly usesTls: boolean
  readonly version: string
  /** Port of gossip between datacenters. */
  readonly wanPort: number
}
