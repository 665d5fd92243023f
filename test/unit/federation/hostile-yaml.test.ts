import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {FederationInvalid} from '../../../src/federation/issue.js'
import {parseFederation} from '../../../src/federation/parse.js'
import {problemsIn, smallFederation} from './small-federation.js'

const longestMessage = 700
const tooDeep = /^\d+:\d+ more than 64 sections and lists stand in one another here/

describe('YAML that is meant to do harm, or was made by a broken program', () => {
  const levels = 10_000
  const indented = Array.from({length: 1300}, (_, level) => `${' '.repeat(level)}a:\n`).join('')

  it.each([
    ['lists in brackets', `a: ${'['.repeat(levels)}${']'.repeat(levels)}`],
    ['sections in braces', `a: ${'{a: '.repeat(levels)}1${'}'.repeat(levels)}`],
    ['lists with hyphens', `${'- '.repeat(levels)}x`],
    ['keys with question marks', `${'? '.repeat(levels)}x`],
    ['sections by indentation', indented],
    ['brackets that are never closed', '['.repeat(900_000)],
  ])('is refused where it is nested %s deep', (_, text) => {
    expect(problemsIn(text)).toEqual([expect.stringMatching(tooDeep)])
  })

  it('is refused where aliases hold one another without end', () => {
    const chain = Array.from({length: 500}, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]\n`).join('')
    const many = `a: &a x\nb: [${Array.from({length: 30_000}, () => '*a').join(', ')}]\n`
    for (const text of [`a0: &a0 [x]\n${chain}`, many]) {
      expect(problemsIn(text)).toEqual([expect.stringContaining('the aliases of this file multiply too often')])
    }
  })

  it('lets a federation of hundreds of nodes use one anchor for all', () => {
    const clients = Array.from(
      {length: 300},
      (_, index) => `      - { name: c${index}, address: 10.3.${index >> 8}.${index & 255}, ports: *p }\n`,
    )
    const text = smallFederation
      .replace('address: 10.0.0.9 }', 'address: 10.0.0.9, ports: &p { dns: 8610 } }')
      .replace('    gateways:\n      - { name: dc2-gw1', `${clients.join('')}    gateways:\n      - { name: dc2-gw1`)
    expect(problemsIn(text)).toEqual([])
  })

  it('names 20 000 wrong keys', () => {
    const keys = Array.from({length: 20_000}, (_, index) => `k${index}: 1\n`).join('')
    expect(problemsIn(smallFederation + keys)).toHaveLength(20_000)
  }, 60_000)

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('takes the key %s for an unknown one', (key) => {
    expect(problemsIn(`${smallFederation}${key}: { name: x }\n`)).toEqual([
      `19:1 ${key}: unknown key "${key}"; known here: primary, domain, via, mesh_gateway_mode, tls, acl, gossip, agent, verify, api, host, install, datacenters`,
    ])
    expect({}).not.toHaveProperty('name')
  })

  it.each([
    ['NUL', '\0', 'U+0000'],
    ['an escape', '\u001B[31m', 'U+001B'],
  ])('names the place of %s', (_, character, name) => {
    expect(problemsIn(smallFederation.replace('dc1-s1', `dc1${character}`))).toEqual([
      `6:20 the control character ${name} cannot stand in YAML; save the file as plain UTF-8 text`,
    ])
  })
})

describe('values of any length and kind', () => {
  const fields = ['primary: dc1', 'consul: 1.17.3', 'dc1-s1', '10.0.0.1', 'dc1-gw1', 'agent: dc1-c1'] as const
  const long = fc.constantFrom(
    'x',
    'a.',
    'A.',
    '1',
    '1m',
    '{{',
    '{{ a }}',
    ':',
    '/',
    '[',
    ' ',
    '_',
    '9',
    'é',
    '🎉',
    '-',
  )

  it('are never repeated at length in a message', () => {
    const huge = fc.tuple(long, fc.constantFrom(100, 5000, 100_000)).map(([part, count]) => part.repeat(count))
    fc.assert(
      fc.property(fc.constantFrom(...fields), huge, (field, value) => {
        const key = field.includes(': ') ? `${field.split(': ')[0]}: ` : ''
        const text = smallFederation.replace(field, () => key + JSON.stringify(value))
        for (const problem of problemsIn(text)) expect(problem.length).toBeLessThan(longestMessage)
      }),
      {numRuns: 60},
    )
  }, 60_000)

  it('are not repeated at length where they are numbers, keys, tags or aliases', () => {
    const value = '9'.repeat(100_000)
    const texts = [
      `tls: { days: ${value} }`,
      `? "${value}"\n: 1`,
      `tls: !a${value} x`,
      `tls: *a${value}`,
      `domain: "${'a.'.repeat(9999)}a"`,
    ]
    for (const text of texts) {
      const problems = problemsIn(`${smallFederation}${text}\n`)
      expect(problems).toHaveLength(1)
      expect(problems[0]?.length).toBeLessThan(longestMessage)
    }
  })

  it('never are anything but a federation or a list of what is wrong, each with its place', () => {
    const scalar = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        'no',
        'on',
        '010',
        '2020-01-01',
        '~',
        '.inf',
        '1:30',
        '0x10',
        '<<',
        '*a',
        '&a',
        '!!set',
        '- a',
        '{',
        '%',
        '@',
      ),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...fields, 'datacenters:', 'servers:'),
        fc.oneof(scalar, fc.json()),
        (field, value) => {
          const text = smallFederation.replace(field, () => String(value))
          try {
            parseFederation(text, 'federation.yaml')
          } catch (error) {
            expect(error).toBeInstanceOf(FederationInvalid)
            const {issues} = error as FederationInvalid
            expect(issues.length).toBeGreaterThan(0)
            for (const {column, line, message} of issues) {
              expect(Math.min(column, line)).toBeGreaterThan(0)
              expect(line).toBeLessThanOrEqual(text.split('\n').length)
              expect(message).not.toMatch(/\p{Cc}/u)
            }
          }
        },
      ),
      {numRuns: 400},
    )
  }, 60_000)
})
