import type {Seen} from './define-check.js'

/** Whether a server of another datacenter has got an answer from this one: the proof that the way in works. */
export function isReachedFromOutside(name: string, {model, snapshot}: Seen): boolean {
  return model.datacenters
    .filter((other) => other.name !== name)
    .flatMap(({servers}) => servers)
    .some(({id}) => {
      const leader = snapshot.servers[id]?.remote?.[name]?.leader
      return leader?.ok === true && leader.value !== ''
    })
}
