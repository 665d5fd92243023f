import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {quoteHcl, writeHcl} from '../../../src/config/hcl.js'
import {readHclString} from './hcl1-string.js'

const anyText = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.string({
    unit: fc.constantFrom('$', '{', '}', '"', '\\', '\n', '\r', '\0', '#', '<<', '//', '\uE123', '\u2028', 'é', '😀'),
  }),
)

describe('quoteHcl', () => {
  it('gives back any text to a reader of HCL 1, and lets nothing out of the quotes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readHclString(`${quoteHcl(text)}after`)).toEqual({rest: 'after', value: text})
      }),
      {numRuns: 2000},
    )
  })

  it('writes printable ASCII in one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quoteHcl(text)).toMatch(/^[\u0020-\u007E]*$/)
      }),
    )
  })

  it('leaves go-sockaddr templates as they are, but for the quotes', () => {
    expect(quoteHcl('{{ GetInterfaceIP "ens3" }}')).toBe(String.raw`"{{ GetInterfaceIP \"ens3\" }}"`)
  })

  it('keeps a dollar and a brace from starting an interpolation', () => {
    expect(quoteHcl('x${y')).toBe(String.raw`"x\u0024{y"`)
    expect(quoteHcl('$5 {x}')).toBe('"$5 {x}"')
  })

  it('writes half a surrogate pair as Go reads it', () => {
    expect(readHclString(quoteHcl('a\uD800b')).value).toBe('a\uFFFDb')
  })
})

describe('writeHcl', () => {
  it('writes attributes, blocks, lists, and lists of objects', () => {
    const text = writeHcl({
      name: 'x',
      port: -1,
      on: true,
      left_out: undefined,
      list: ['a', 'b'],
      none: [],
      block: {inner: {deep: 1}},
      entries: [{kind: 'k', mode: {m: 'local'}}, {kind: 'l'}],
    })
    expect(text).toBe(`name = "x"
port = -1
on = true
list = ["a", "b"]
none = []
block {
  inner {
    deep = 1
  }
}
entries = [
  {
    kind = "k"
    mode {
      m = "local"
    }
  },
  {
    kind = "l"
  },
]
`)
  })

  it('quotes keys that are not identifiers', () => {
    expect(writeHcl({'a b': 1, 'x"\n': 2, true: 3, 'web-2': 4})).toBe(
      '"a b" = 1\n"x\\"\\n" = 2\n"true" = 3\nweb-2 = 4\n',
    )
  })

  it('refuses numbers that HCL does not have', () => {
    expect(() => writeHcl({x: Number.NaN})).toThrow('NaN cannot be written')
    expect(() => writeHcl({x: 1.5})).toThrow('1.5 cannot be written')
  })
})
