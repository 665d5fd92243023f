import type {HostChange} from './change.js'

/** How a node is reached: this machine, or a person's hands. */
export interface Host {
  /** Carries the change out. Of a manual host: remembers that a person was given it. */
  apply(change: HostChange, signal: AbortSignal): Promise<void>
  /** What is known of the process of an agent or gateway without asking its API. */
  stateOf(node: string): Promise<ProcessState>
}

export interface ProcessState {
  /** The digest of the configuration that it was started with, or that a person was given. */
  readonly digest?: string
  /** Of a manual host: the digest of the files that a person was given last. */
  readonly handedOver?: string
  /** `unknown` where only its API can tell, and says nothing. */
  readonly status: 'dead' | 'never-started' | 'running' | 'unknown'
  /** Last lines of its log. */
  readonly tail?: readonly string[]
}
