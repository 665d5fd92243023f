import type {Federation} from '../federation/model.js'
import type {Observation} from '../observe/observation.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {Sorted} from './sorted.js'

export type Severity = 'error' | 'warning'
export type Status = 'fail' | 'pass' | 'skip' | 'warn'

/** One question about a snapshot. `S` is what it is asked about: a server, a gateway, an ordered pair of datacenters. */
export interface Check<S = unknown> {
  /** Stable; used by `--only`, `--skip`, JSON and documentation. `category.name`. */
  readonly id: string
  /** A positive fact in lower case. */
  readonly title: string
  /** True, or the reason why the question makes no sense for this federation. */
  applies?(model: Federation): string | true
  /** A subject as findings name it. */
  label(subject: S): string
  /** @param sorted parts of `snapshot`. */
  judge(model: Federation, snapshot: Snapshot, subject: S, sorted: Sorted): Finding
  /** Runs only where it is asked for, since it takes its time. */
  readonly optIn?: boolean
  /** What has to be observed before it can be judged. */
  readonly observes: readonly Observation[]
  /** What it can judge before anything runs, from a preflight snapshot: the same as ever, or nothing else. Undefined: nothing. */
  readonly preflight?: 'also' | 'only'
  severity(model: Federation, subject: S): Severity
  /** What is expected to be there, from the model alone. */
  subjects(model: Federation): readonly S[]
  /** The datacenter that a subject is about, for `--dc` and the scope of a runbook step. Undefined: about all of them. */
  datacentersOf?(subject: S): readonly string[]
}

/** The answer about one subject. `warn` and `fail` follow from the severity; a check may also warn by itself. */
export interface Finding {
  readonly evidence?: readonly string[]
  /** For `skip`: nothing has to wait for an answer, since the question makes no sense here or others stand for it. */
  readonly excused?: true
  readonly expected?: string
  /** Commands to run or edits to make, most useful first. */
  readonly fix?: readonly string[]
  readonly found?: string
  /** Waiting does not mend it: whoever waits for the check can stop. */
  readonly lasting?: true
  /** Seconds may end it by themselves, so that it is looked at again before it is said. */
  readonly settling?: true
  readonly status: Status
  /** Such as `dc1/dc1-s1 → dc2`. */
  readonly subject: string
}

export interface CheckResult {
  readonly category: string
  readonly durationMs: number
  readonly findings: readonly Finding[]
  readonly id: string
  readonly status: Status
  readonly title: string
  /** For a preflight: nothing can be known before something runs. */
  readonly waits?: true
}

/** A root cause: ten checks that fail for one reason give one diagnosis. */
export interface Diagnosis {
  /** Stable, such as `gateway.none-usable`. */
  readonly cause: string
  readonly docs: string
  /** Ids of the checks whose findings it explains. */
  readonly explains: readonly string[]
  readonly fix: readonly string[]
  readonly title: string
}

/** What `verify --json` prints; the shape is a contract. */
export interface Report {
  readonly checks: readonly CheckResult[]
  readonly diagnosis: readonly Diagnosis[]
  readonly durationMs: number
  readonly schemaVersion: 1
  readonly startedAt: string
  readonly status: 'fail' | 'pass' | 'warn'
  readonly summary: {readonly fail: number; readonly pass: number; readonly skip: number; readonly warn: number}
}
