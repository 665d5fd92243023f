import type {AclPolicy, ConfigEntry, Intention} from '../consul/types.js'

/** A policy or role that a token or role is linked to. */
export interface Link {
  readonly ID?: string
  readonly Name: string
}

/** A service or node identity, or a templated policy. */
export interface Identity extends Readonly<Record<string, unknown>> {
  readonly Datacenter?: string
  readonly Datacenters?: readonly string[] | null
}

/** Everything that gives rights. */
export interface Grants {
  readonly NodeIdentities?: readonly Identity[] | null
  readonly Policies?: readonly Link[] | null
  readonly Roles?: readonly Link[] | null
  readonly ServiceIdentities?: readonly Identity[] | null
  /** Since 1.17. */
  readonly TemplatedPolicies?: readonly Identity[] | null
}

export interface HeldRole extends Grants {
  readonly Description?: string
  readonly ID: string
  readonly Name: string
}

export interface HeldToken extends Grants {
  readonly AccessorID: string
  /** The auth method through which a login made it. */
  readonly AuthMethod?: string
  readonly Description?: string
  /** ISO 8601. */
  readonly ExpirationTime?: string
  /** Of the ACL system before 1.4. */
  readonly Legacy?: boolean
  readonly Local: boolean
  /** Of the ACL system before 1.4. */
  readonly Rules?: string
  readonly SecretID: string
}

/** An auth method or a binding rule. */
export interface Named extends Readonly<Record<string, unknown>> {
  readonly ID?: string
  readonly Name?: string
}

/** What a datacenter holds that replication replaces, and what it must still hold afterwards. Holds secrets of tokens. */
export interface Holdings {
  readonly authMethods: readonly Named[]
  readonly bindingRules: readonly Named[]
  /** Active root of Connect; undefined where Connect is off. */
  readonly connectRoot: string | undefined
  readonly entries: readonly ConfigEntry[]
  /** Of the table before 1.9; later ones are config entries. */
  readonly intentions: readonly Intention[]
  /** Keys of the KV store; undefined where their names are too many to be counted. */
  readonly keys: number | undefined
  readonly nodes: readonly string[]
  readonly policies: readonly AclPolicy[]
  /** Prepared queries. */
  readonly queries: number
  readonly roles: readonly HeldRole[]
  readonly services: readonly string[]
  readonly tokens: readonly HeldToken[]
}

/** How an intention is found again: its two services. */
export function intentionKey({DestinationName, SourceName}: Intention): string {
  return `${SourceName} → ${DestinationName}`
}

/** How a config entry is found again: kinds have names of their own. */
export function entryKey({Kind, Name}: ConfigEntry): string {
  return `${Kind}/${Name}`
}
