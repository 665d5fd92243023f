import type {ExportOrigin} from './export-readme.js'
import type {Thing} from './thing.js'

/** How far the move has come that an export was made for. */
export type MoveState = 'exported' | 'moved' | 'moving'

export interface ExportIndex extends ExportOrigin {
  /** Whether things are made in the primary. */
  readonly adopt: boolean
  readonly schemaVersion: 1
  readonly state: MoveState
  readonly things: readonly Thing[]
}
