import type {HostKind} from '../federation/model.js'

/** One thing to do on a node. The same value is carried out, printed by `--dry-run`, shown as instructions, and put into the journal. */
export type HostChange = InstallFiles | ReloadAgent | RestartAgent | StartAgent | StartGateway

interface OnNode {
  /** Of a manual host: due although the gate passes, since no check can see it. The word of a person counts. */
  readonly evenIfWell?: boolean
  readonly host: HostKind
  /** Agent or gateway id, `<datacenter>/<name>`. */
  readonly node: string
  readonly summary: string
}

/** Bring `rendered/<dc>/<node>/` to the node. On this machine there is nothing to do: agents read it where it lies. */
export interface InstallFiles extends OnNode {
  readonly kind: 'install-files'
}

export interface StartAgent extends OnNode {
  readonly kind: 'start-agent'
}

/** Let the agent read its certificates anew, without a restart. */
export interface ReloadAgent extends OnNode {
  readonly kind: 'reload-agent'
}

export interface RestartAgent extends OnNode {
  /** Ids of servers of other datacenters that still join directly and are asked to join it again, so that it need not wait to be found. */
  readonly joinedBy?: readonly string[]
  readonly kind: 'restart-agent'
}

export interface StartGateway extends OnNode {
  readonly kind: 'start-gateway'
}
