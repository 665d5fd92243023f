import {describe, expect, it} from 'vitest'

import {rulesText} from '../../../src/acl/rules.js'
import {sameRules} from '../../../src/acl/same-rules.js'

describe('rulesText', () => {
  it('writes rules on the whole and rules on names', () => {
    const text = rulesText([
      {policy: 'write', resource: 'acl'},
      {intentions: 'read', name: '', policy: 'read', resource: 'service_prefix'},
    ])
    expect(text).toBe('acl = "write"\nservice_prefix "" {\n  policy = "read"\n  intentions = "read"\n}\n')
  })

  it.each([
    ['a quote', 'a"b', String.raw`"a\"b"`],
    ['a backslash', String.raw`a\b`, String.raw`"a\\b"`],
    ['a line break', 'a\nb', String.raw`"a\nb"`],
    ['the start of an interpolation', 'a${b', String.raw`"a\u0024{b"`],
  ])('escapes %s in a name', (_what, name, written) => {
    expect(rulesText([{name, policy: 'write', resource: 'node'}])).toContain(`node ${written} {`)
  })
})

describe('sameRules', () => {
  const rules = 'acl = "write"\nservice_prefix "" {\n  policy = "read"\n  intentions = "read"\n}\n'

  it.each([
    ['spaces and line breaks', 'acl="write" service_prefix   ""{ policy="read"   intentions="read" }'],
    ['Windows line ends', rules.replaceAll('\n', '\r\n')],
    ['comments', `# for replication\n${rules}// end\n/* node "x" { policy = "write" } */`],
  ])('does not count %s', (_what, other) => {
    expect(sameRules(rules, other)).toBe(true)
  })

  it.each([
    ['another access', rules.replace('write', 'read')],
    ['another name', rules.replace('""', '"a"')],
    ['a rule more', `${rules}operator = "read"`],
    ['a rule less', 'acl = "write"'],
    ['nothing at all', ''],
    ['a rule that is commented out', rules.replace('acl', '# acl')],
    ['spaces inside a name', rules.replace('""', '" "')],
  ])('counts %s', (_what, other) => {
    expect(sameRules(rules, other)).toBe(false)
  })

  it('does not take what looks like a comment inside a name for one', () => {
    expect(sameRules('node "a#b" { policy = "read" }', 'node "a#c" { policy = "read" }')).toBe(false)
    expect(sameRules('node "a//b" { policy = "read" }', 'node "a//c" { policy = "read" }')).toBe(false)
  })
})
