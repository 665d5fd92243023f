import type {Change} from '../../runbooks/step.js'

/** What a run did, counted, as a few phrases; none where there was nothing to do. */
export function workDone(changes: readonly Change[]): string[] {
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length
  const files = (kind: 'write-certificates' | 'write-configuration') =>
    changes.reduce((sum, change) => sum + (change.kind === kind ? change.count : 0), 0)
  return [
    phrase(files('write-certificates'), 'certificate', 'issued'),
    phrase(files('write-configuration'), 'configuration', 'written'),
    phrase(count('acl-policy'), 'policy', 'written', 'policies'),
    phrase(count('acl-token'), 'token', 'made'),
    phrase(count('recreate'), 'thing', 'made in the primary'),
    phrase(count('start-agent'), 'agent', 'started'),
    phrase(count('restart-agent'), 'agent', 'restarted'),
    phrase(count('start-gateway'), 'gateway', 'started'),
    phrase(count('register-gateway'), 'gateway', 'registered'),
  ].flat()
}

function phrase(count: number, what: string, done: string, plural = `${what}s`): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? what : plural} ${done}`]
}
