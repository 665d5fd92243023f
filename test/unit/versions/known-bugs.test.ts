import {describe, expect, it} from 'vitest'

import {firstWithout, hasBug, type KnownBug, knownBugs} from '../../../src/versions/known-bugs.js'
import {compareVersions} from '../../../src/versions/version.js'

const bug: KnownBug = {fixed: ['1.9.3', '1.10.2'], since: '1.8.2', source: 'a test', what: 'something'}

describe('a known bug', () => {
  it.each([
    ['1.8.1', false],
    ['1.8.2', true],
    ['1.8.19', true],
    ['1.9.2', true],
    ['1.9.3', false],
    ['1.10.1', true],
    ['1.10.2', false],
    ['1.11.0', false],
    ['2.0.0', false],
  ])('is in %s: %s', (version, has) => {
    expect(hasBug(version, bug)).toBe(has)
  })

  it('is gone in the first later release that fixes it', () => {
    expect(firstWithout('1.8.7', [bug])).toBe('1.9.3')
    expect(firstWithout('1.10.0', [bug])).toBe('1.10.2')
    expect(firstWithout('1.9.0', [bug, {...bug, fixed: ['1.10.4']}])).toBe('1.10.4')
  })

  it.each(knownBugs.map(({fixed, what}) => [what, fixed] as const))(
    '"%s" names its fixes oldest first',
    (_what, fixed) => {
      expect([...fixed].sort(compareVersions)).toEqual(fixed)
    },
  )
})
