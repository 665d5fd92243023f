import type {Machine, Task} from '../../hosts/task.js'
import type {Colours} from '../colours.js'

const indent = '#      '

/** Tasks as a script for a shell here: grouped by machine, numbered, the words as comments. Pasted, it stops at the first command that fails. */
export function tasksText(title: string, tasks: readonly Task[], colours: Colours): string {
  const names = [...new Set(tasks.map(({machine}) => machine.name))]
  const ordered = names.map((name) => tasks.filter(({machine}) => machine.name === name))
  const groups = joined(ordered).map((group) => machineLines(group, colours))
  const head = [`# ${title}: to be done by hand, in this order`, '# paste the commands into a shell in this folder']
  return [...head.map((line) => colours.bold(line)), ...groups.flatMap((lines) => ['', ...lines])].join('\n')
}

/** Every command but the last one of all leads to the next. */
function joined(groups: readonly (readonly Task[])[]): Task[][] {
  const last = groups.flat().findLast(({commands}) => commands.length > 0)
  return groups.map((group) =>
    group.map((task) => ({
      ...task,
      commands: task.commands.map((command, index) =>
        task === last && index === task.commands.length - 1 ? command : `${command} &&`,
      ),
    })),
  )
}

function machineLines(tasks: readonly Task[], colours: Colours): string[] {
  const [first] = tasks
  if (!first) return []
  return [
    colours.bold(`# on ${placeOf(first.machine)}`),
    ...tasks.flatMap((task, index) => taskLines(task, index + 1, colours)),
  ]
}

function placeOf({address, isHere, name}: Machine): string {
  const way = isHere ? 'this machine, as root' : 'by ssh as root; in a shell there leave `ssh …` out'
  return `${name} (${address}, ${way})`
}

function taskLines({commands, notes, otherwise, title}: Task, number: number, {dim}: Colours): string[] {
  return [
    `#   ${number}. ${title}`,
    ...notes.map((note) => dim(`${indent}${note}`)),
    ...commands,
    ...(otherwise ? [`${indent}or, ${otherwise.when}:`, `${indent}${otherwise.command}`] : []),
  ]
}
