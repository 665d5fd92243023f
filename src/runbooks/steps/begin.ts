import type {Datacenter} from '../../federation/model.js'
import {noteMove} from '../../holdings/export.js'
import type {OwnMove} from '../own-move.js'
import type {Step} from '../step.js'
import {requireAsExported} from './last-look.js'

/** From here on the datacenter's own things may vanish: a later run goes on with what was kept. */
export function beginStep(datacenter: Datacenter, move: OwnMove): Step {
  const {adopt, hasBegun, held} = move
  const {name} = datacenter
  return {
    async changes(context) {
      // Hours may lie between the export and now: a question, and restarts in the primary.
      if (!hasBegun && !context.isDryRun) await requireAsExported(datacenter, move, context)
      if (held.index.state !== 'exported' && held.index.adopt === adopt) return []
      return [
        {
          kind: 'note-move',
          summary: `note that the move of ${name} has begun${held.folder === '' ? '' : `, in ${held.folder}`}`,
          write: () => noteMove(held, {adopt, state: 'moving'}),
        },
      ]
    },
    done: [],
    id: 'begin',
    title: `Begin with the servers of ${name}`,
    why: 'from now on what it held counts as it was exported',
    withinMs: 0,
  }
}
