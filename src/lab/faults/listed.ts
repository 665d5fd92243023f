import {needs} from './fault.js'
import {faults} from './faults.js'

/** What `lab faults --json` prints; the shape is a contract. */
export interface ListedFaults {
  readonly faults: readonly ListedFault[]
  readonly schemaVersion: 1
}

export interface ListedFault {
  /** What `fedctl verify` names first; empty where it only warns. */
  readonly cause: string
  readonly checks: readonly string[]
  readonly id: string
  /** Such as `ACLs`, beyond two datacenters with mesh gateways. */
  readonly needs: readonly string[]
  readonly title: string
}

/** The faults that a lab can have. */
export function listFaults(): ListedFaults {
  return {
    faults: faults.map(({cause = '', checks, id, needs: needed = [], title}) => ({
      cause,
      checks,
      id,
      needs: needed.map((need) => needs[need].text),
      title,
    })),
    schemaVersion: 1,
  }
}
