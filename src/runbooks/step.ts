import type {AclChange} from '../acl/plan.js'
import type {GatewayChange} from '../gateway/registration.js'
import type {HostChange} from '../hosts/change.js'
import type {Observation} from '../observe/observation.js'
import type {RunbookContext} from './context.js'

/** Everything that a runbook may do to the world. */
export type Change =
  AclChange | AwaitTokens | BootstrapAcl | FileChange | GatewayChange | HoldingsChange | HostChange | JoinWan

/** Files of the workspace, described by the module that writes them. */
export interface FileChange {
  /** How many certificates or configurations. */
  readonly count: number
  readonly kind: 'write-certificates' | 'write-configuration' | 'write-federation-file'
  readonly summary: string
  write(): Promise<void>
}

/** One thing of a datacenter that becomes a secondary. The summary holds no secret. */
export interface HoldingsChange {
  readonly kind: 'look-again' | 'make-known' | 'note-move' | 'recreate' | 'relink-token'
  readonly summary: string
  write(): Promise<void>
}

/** See to it that the primary has a management token that the workspace knows. */
export interface BootstrapAcl {
  /** Whether the servers were started with the workspace's token in their configuration. */
  readonly initialTokenConfigured: boolean
  readonly kind: 'bootstrap-acl'
  readonly summary: string
}

/** Tokens travel to each server on their own time; nothing that needs one goes on before. */
export interface AwaitTokens {
  readonly datacenter: string
  readonly kind: 'await-tokens'
  readonly summary: string
  /** Names of the tokens in the workspace's secrets. */
  readonly tokens: readonly string[]
}

/** Have servers join the WAN pool of one that a person restarted. */
export interface JoinWan {
  /** Ids of the servers that are asked to. */
  readonly by: readonly string[]
  readonly kind: 'join-wan'
  /** Id of the one that is joined. */
  readonly server: string
  readonly summary: string
}

/** A step is finished when these checks pass for these datacenters, never because someone said so. */
export interface Gate {
  readonly check: string
  readonly datacenters: readonly string[]
  /** What is looked at, where it is less than the check usually needs: files that no server presents yet. */
  readonly observes?: readonly Observation[]
  /** Whether a question that cannot be asked leaves the gate open. */
  readonly ifAsked?: boolean
  /** Whether a warning keeps the gate shut too. */
  readonly strict?: boolean
}

/** What keeps a gate shut. */
export interface OpenFinding {
  readonly check: string
  readonly expected?: string
  /** What ends it where waiting does not. */
  readonly fix?: readonly string[]
  readonly found?: string
  readonly subject: string
}

export interface Step {
  /** What to do where its gate stays shut, before the general advice; `fedctl` makes a command line that works where this one was started. */
  advice?(fedctl: RunbookContext['fedctl']): string
  /** What there is to do now; empty when the world is as it should be. */
  changes(context: RunbookContext): Promise<readonly Change[]>
  readonly done: readonly Gate[]
  readonly id: string
  /** What becomes due only while its gate is waited for, asked over and over; nothing for hands. */
  meanwhile?(context: RunbookContext): Promise<readonly Change[]>
  /** Imperative: 'Issue server certificates'. */
  readonly title: string
  /** What the step is for, in a sentence. */
  readonly why: string
  /** Milliseconds that Consul may take until the gate passes. */
  readonly withinMs: number
}

export interface Runbook {
  /** Such as `bootstrap secondary dc2`. */
  readonly id: string
  readonly steps: readonly Step[]
  readonly title: string
}
