import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {policyNames, tokenNames} from '../../../src/acl/names.js'

const nameOf = (datacenter: string, name: string) => policyNames.agent({datacenter, name})

describe('the name of an agent policy', () => {
  it('can be read where the names are ordinary', () => {
    expect(nameOf('dc1', 'dc1-s1')).toBe('fedctl-agent-dc1_dc1-s1')
  })

  it('is another one for a node of the same name in another datacenter', () => {
    expect(nameOf('dc1', 'server-1')).not.toBe(nameOf('dc2', 'server-1'))
  })

  it('keeps apart names whose hyphens could be shared out differently', () => {
    expect(nameOf('eu', 'west-1')).not.toBe(nameOf('eu-west', '1'))
  })

  it('does not follow the case of a node, since Consul takes such policies as the same', () => {
    expect(nameOf('dc1', 'Web-1')).toBe(nameOf('dc1', 'web-1'))
  })

  it('keeps apart names that hold characters which Consul does not allow in it', () => {
    expect(new Set(['a.b', 'a_b', 'a-b', 'a b', 'a/b'].map((name) => nameOf('dc1', name))).size).toBe(5)
  })

  it('is one that Consul allows, and belongs to one agent only, whatever the agent is called', () => {
    const part = fc.string({maxLength: 150, minLength: 1, unit: 'grapheme'}).filter((text) => !text.includes('/'))
    fc.assert(
      fc.property(part, part, part, part, (dcA, nodeA, dcB, nodeB) => {
        expect(nameOf(dcA, nodeA)).toMatch(/^[a-z0-9_-]{1,128}$/)
        const same = `${dcA}/${nodeA}`.toLowerCase() === `${dcB}/${nodeB}`.toLowerCase()
        expect(nameOf(dcA, nodeA) === nameOf(dcB, nodeB)).toBe(same)
      }),
    )
  })

  it('belongs to one agent only among names that look alike', () => {
    const part = fc.string({maxLength: 4, minLength: 1, unit: fc.constantFrom('a', '-', '_', '.')})
    fc.assert(
      fc.property(part, part, part, part, (dcA, nodeA, dcB, nodeB) => {
        expect(nameOf(dcA, nodeA) === nameOf(dcB, nodeB)).toBe(dcA === dcB && nodeA === nodeB)
      }),
    )
  })
})

describe('the name of an agent token', () => {
  it('holds datacenter and node', () => {
    expect(tokenNames.agent({datacenter: 'dc2', name: 's1'})).toBe('agent/dc2/s1')
  })
})
