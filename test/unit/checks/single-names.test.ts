import {describe, expect, it} from 'vitest'

import {isOnOneName, leftOut, shownRights, takeRulesOut, takesBack} from '../../../src/checks/single-names.js'

const many = [1, 2, 3, 4, 5, 6, 7].map((n) => `node:read n${n}`)

describe('rights on single names', () => {
  it.each([
    ['node:read dc2-s1', true],
    ['service:write mesh-gateway', true],
    ['intention:read web', true],
    ['node:read', false],
    ['service:read in dc2', false],
  ])('%s is one: %s', (right, isOne) => {
    expect(isOnOneName(right)).toBe(isOne)
  })

  it('are listed up to five, after those on all names, of which none is left out', () => {
    expect(shownRights(['node:read n1', 'operator:read'])).toBe('operator:read and node:read n1')
    expect(shownRights(many)).toBe('node:read n1, node:read n2, node:read n3, node:read n4, node:read n5 and 2 more')
    const everywhere = many.map((_right, index) => `service:read in dc${index}`)
    expect(shownRights(everywhere)).toMatch(/dc5 and service:read in dc6$/)
    expect(leftOut(many, 'members')).toMatch(/^the token lacks .* and 2 more \(Consul leaves members out\)$/)
  })

  it.each([
    ['the gateway token lacks node:read dc2-s1', true],
    ['the gateway token lacks service:write mesh-gateway', true],
    ['the token lacks node:read and service:read web', true],
    ['the gateway token lacks service:write mesh-gateway, service:read and node:read', false],
    ['the token lacks node:read and service:read in dc2', false],
    ['the token lacks node:read (Consul leaves members out)', false],
  ])('are taken back by a rule, where those on all names are not missing: %s (%s)', (found, isTaken) => {
    expect(takesBack(found)).toBe(isTaken)
  })

  it('come back where what denies the names is taken out of a policy', () => {
    expect(takeRulesOut(['node:read web', 'service:read web', 'service:read db'], 'that token')).toMatch(
      /^take what denies web and db, by name or prefix, out of the policies of that token: /,
    )
    expect(takeRulesOut(many, 'that token')).toContain('n1, n2, n3, n4, n5 and 2 more')
  })
})
