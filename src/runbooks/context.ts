import type {SecretSource} from '../config/render-secrets.js'
import type {ConsulClient} from '../consul/client.js'
import type {Agent, Federation, HostKind} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import type {Host} from '../hosts/host.js'
import type {ManualHost} from '../hosts/manual-host.js'
import type {Observer} from '../observe/observer.js'
import type {Ports} from '../system/ports.js'
import type {LifeWatch} from './living.js'

/** Somebody at a terminal, with hands. */
export interface Person {
  /** Resolves when the person says that it is done what no check can see. @throws The reason of `signal` when it is aborted. */
  confirm(step: {readonly title: string; readonly why: string}, signal: AbortSignal): Promise<void>
}

/** What the steps of a runbook work with. */
export interface RunbookContext {
  /** A client for an agent's API with the rights of an operator; kept open for the run. */
  client(agent: Agent): Promise<ConsulClient>
  readonly federation: Federation
  /** @returns A command line of fedctl that works where this one was started. */
  readonly fedctl: (command: string) => string
  readonly hosts: Readonly<Record<HostKind, Host>> & {readonly manual: ManualHost}
  /** Whether changes are only asked for; what earlier steps would have made is not there then. */
  readonly isDryRun: boolean
  /** Notices when a process of this run ends. */
  readonly lives: LifeWatch
  readonly observer: Observer
  /** Undefined without a terminal: then nobody waits for what is to be done by hand. */
  readonly person?: Person | undefined
  readonly ports: Ports
  /** Where rendering takes secrets from; a dry run must not generate any. */
  readonly renderSecrets: SecretSource
  readonly secrets: Secrets
}
