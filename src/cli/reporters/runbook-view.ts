import type {RunbookListener} from '../../runbooks/events.js'

/** Something that shows how a runbook goes on. */
export interface RunbookView {
  /** Resolves when the last line is drawn; a step that has not finished by then is shown as failed. */
  end(): Promise<void>
  readonly listener: RunbookListener
}
