import type {Agent, Datacenter, Federation, Gateway} from '../federation/model.js'
import {gatewaysOf, serversOf} from '../federation/selectors.js'
import type {Observation} from '../observe/observation.js'
import type {Snapshot} from '../observe/snapshot.js'
import type {Check, Severity, Status} from './check.js'
import type {Sorted} from './sorted.js'
import type {Verdict} from './verdict.js'

/** What a check has in front of it when it judges. */
export interface Seen {
  readonly model: Federation
  readonly snapshot: Snapshot
}

/** The same with parts of the snapshot sorted. */
export interface SeenSorted extends Seen {
  readonly sorted: Sorted
}

export interface Definition<S> {
  readonly applies?: (model: Federation) => string | true
  readonly datacentersOf: (subject: S) => readonly string[]
  readonly id: string
  readonly judge: (subject: S, seen: SeenSorted) => Verdict
  readonly label: (subject: S) => string
  readonly observes: readonly Observation[]
  readonly optIn?: boolean
  /** With `only` it runs where it is asked for, and in a preflight. */
  readonly preflight?: 'also' | 'only'
  /** `error` where it is not said. */
  readonly severity?: Severity | ((model: Federation, subject: S) => Severity)
  readonly subjects: (model: Federation) => readonly S[]
  readonly title: string
}

type About<S> = Omit<Definition<S>, 'datacentersOf' | 'label' | 'subjects'> & Partial<Pick<Definition<S>, 'subjects'>>

/** @returns A check whose findings carry the subject's label, and a status that follows from verdict and severity. */
export function defineCheck<S>(definition: Definition<S>): Check<S> {
  const {
    applies,
    datacentersOf,
    id,
    judge,
    label,
    observes,
    preflight,
    optIn = preflight === 'only',
    severity = 'error',
    subjects,
    title,
  } = definition
  const severityOf = (model: Federation, subject: S): Severity =>
    typeof severity === 'function' ? severity(model, subject) : severity
  return {
    ...(applies ? {applies} : {}),
    datacentersOf,
    id,
    judge(model, snapshot, subject, sorted) {
      const {outcome, ...details} = judge(subject, {model, snapshot, sorted})
      const status = statusOf(outcome, severityOf(model, subject))
      return {...details, ...(outcome === 'excused' ? {excused: true} : {}), status, subject: label(subject)}
    },
    label,
    observes,
    optIn,
    ...(preflight ? {preflight} : {}),
    severity: severityOf,
    subjects,
    title,
  }
}

/** A check that asks about each server; about some of them where `subjects` says so. */
export function aboutServers(definition: About<Agent>): Check<Agent> {
  return defineCheck({
    subjects: serversOf,
    ...definition,
    datacentersOf: (server) => [server.datacenter],
    label: (server) => server.id,
  })
}

/** A check that asks about each datacenter. */
export function aboutDatacenters(definition: About<Datacenter>): Check<Datacenter> {
  return defineCheck({
    subjects: (model) => model.datacenters,
    ...definition,
    datacentersOf: ({name}) => [name],
    label: ({name}) => name,
  })
}

/** A check that asks about each gateway of the federation file. */
export function aboutGateways(definition: About<Gateway>): Check<Gateway> {
  return defineCheck({
    subjects: gatewaysOf,
    ...definition,
    datacentersOf: ({datacenter}) => [datacenter],
    label: ({id}) => id,
  })
}

function statusOf(outcome: Verdict['outcome'], severity: Severity): Status {
  switch (outcome) {
    case 'broken':
      return severity === 'error' ? 'fail' : 'warn'
    case 'doubtful':
      return 'warn'
    case 'holds':
      return 'pass'
    case 'excused':
    case 'unanswered':
      return 'skip'
  }
}
