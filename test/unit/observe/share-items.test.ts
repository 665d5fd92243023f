import {describe, expect, it} from 'vitest'

import {shareItems} from '../../../src/observe/share-items.js'

describe('shareItems', () => {
  it('keeps equal items of lists once, and leaves lists, order and values as they are', () => {
    const share = shareItems()
    const [first, second] = [share([{a: 1}, {b: [2]}, 'x']), share([{b: [2]}, {a: 1}, {a: 2}])]
    expect([first, second]).toEqual([
      [{a: 1}, {b: [2]}, 'x'],
      [{b: [2]}, {a: 1}, {a: 2}],
    ])
    expect(second[0]).toBe(first[1])
    expect(second[1]).toBe(first[0])
    expect(share({a: 1})).toEqual({a: 1})
  })
})
