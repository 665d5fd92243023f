import type {Answer} from '../observe/snapshot.js'
import type {Seen} from './define-check.js'

/** Whether a server of another datacenter has got an answer from this one: the proof that the way in works. */
export function isReachedFromOutside(name: string, seen: Seen): boolean {
  return answersFromOutside(name, seen).some((answer) => answer.ok && answer.value !== '')
}

/** Whether servers of other datacenters have tried, and none of them got an answer. */
export function isMissedFromOutside(name: string, seen: Seen): boolean {
  const answers = answersFromOutside(name, seen).filter(
    (answer) => answer.ok || answer.failure.kind === 'refused' || answer.failure.kind === 'timeout',
  )
  return answers.length > 0 && !isReachedFromOutside(name, seen)
}

function answersFromOutside(name: string, {model, snapshot}: Seen): Answer<number | string>[] {
  return model.datacenters
    .filter((other) => other.name !== name)
    .flatMap(({servers}) => servers)
    .flatMap(({id}) => {
      const remote = snapshot.servers[id]?.remote?.[name]
      return remote ? [remote.leader, remote.services] : []
    })
}
