import {describe, expect, it} from 'vitest'

import {rewriteConsulFlags} from '../../../src/cli/consul-flags.js'

describe('flags in the style of Consul', () => {
  it.each([
    [
      ['-node', 'n1'],
      ['--node', 'n1'],
    ],
    [['-node=n1'], ['--node=n1']],
    [['-additional-dnsname=*.x'], ['--additional-dnsname=*.x']],
    [
      ['--node', 'n1'],
      ['--node', 'n1'],
    ],
    [['-h'], ['-h']],
    [['-'], ['-']],
    [['-5'], ['-5']],
    [
      ['lab', 'exec', 'dc1', '--', 'consul', 'members', '-wan'],
      ['lab', 'exec', 'dc1', '--', 'consul', 'members', '-wan'],
    ],
  ])('%j becomes %j', (given, expected) => {
    expect(rewriteConsulFlags(given)).toEqual(expected)
  })
})
