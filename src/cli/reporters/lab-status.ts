import type {LabProcess, LabStatus} from '../../lab/status.js'
import {coloursFor} from '../colours.js'
import {table} from '../table.js'

/** The lab's processes as a table, with its state below. */
export async function labStatusText({processes, state}: LabStatus): Promise<string> {
  const rows = processes.map((process) => [
    process.name,
    process.kind,
    process.address,
    stateText(process),
    process.log,
  ])
  return `${await table(['name', 'kind', 'address', 'state', 'log'], rows)}\nthe lab is ${state}`
}

function stateText({alive, pid}: LabProcess): string {
  const colours = coloursFor(process.stdout)
  if (alive) return colours.green(`pid ${pid}`)
  return colours.red(pid === 0 ? 'never started' : 'ended')
}
