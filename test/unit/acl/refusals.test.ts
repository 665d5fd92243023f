import {describe, expect, it} from 'vitest'

import {isAclOff, isMissing, isNoAnswer, isNotBootstrapped, isPassing, isTaken} from '../../../src/acl/refusals.js'
import {RequestError} from '../../../src/consul/request-error.js'

const answers = {
  aclOff: [401, 'ACL support disabled'],
  denied: [403, 'Permission denied'],
  election: [500, 'No cluster leader'],
  leaderGone: [500, 'rpc error making call: EOF'],
  legacy: [500, 'The ACL system is currently in legacy mode.'],
  nameTaken: [500, 'Invalid Policy: A Policy with Name "x" already exists'],
  nameTakenAtLeader: [500, 'rpc error making call: Invalid Token: AccessorID is already in use'],
  newMissing: [404, 'Requested token does not exist: ACL not found'],
  noSuchPolicy: [500, 'No such ACL policy with name "x"'],
  oldMissing: [403, 'ACL not found'],
  unbootstrapped: [
    403,
    'ACL system must be bootstrapped before making any requests that require authorization: ACL not found',
  ],
} as const

const errors = Object.entries(answers).map(([name, [status, body]]) => {
  const kind = status === 403 ? 'forbidden' : status === 404 ? 'not-found' : 'refused'
  return [name, new RequestError(kind, body, {body, status})] as const
})
const silent = new RequestError('unreachable', 'connect ECONNREFUSED')

describe.each([
  ['isMissing', isMissing, ['newMissing', 'oldMissing', 'unbootstrapped']],
  ['isTaken', isTaken, ['nameTaken', 'nameTakenAtLeader']],
  ['isAclOff', isAclOff, ['aclOff']],
  ['isNotBootstrapped', isNotBootstrapped, ['unbootstrapped']],
  ['isPassing', isPassing, ['election', 'leaderGone', 'legacy']],
  ['isNoAnswer', isNoAnswer, []],
])('%s', (_name, is, names) => {
  it('recognises what Consul says, and nothing else', () => {
    expect(errors.filter(([, error]) => is(error)).map(([name]) => name)).toEqual(names)
    expect(is(new Error('ACL not found already exists'))).toBe(false)
  })
})

describe('a server that does not answer', () => {
  it('has refused nothing', () => {
    expect(isNoAnswer(silent)).toBe(true)
    expect([isMissing, isTaken, isAclOff, isNotBootstrapped, isPassing].some((is) => is(silent))).toBe(false)
  })
})
