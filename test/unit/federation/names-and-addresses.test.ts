import {isIP} from 'node:net'

import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {
  addressProblem,
  bindAddressProblem,
  canonicalAddress,
  isAddress,
} from '../../../src/federation/fields/address.js'
import {formatEndpoint, parseEndpoint} from '../../../src/federation/fields/endpoint.js'
import {datacenterNameProblem, domainProblem, isHostName, nodeNameProblem} from '../../../src/federation/fields/name.js'

const anyText = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.stringMatching(/^[\w.:/-]{0,70}$/),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
)
const port = fc.integer({max: 65_535, min: 1})

describe('a name of the federation file', () => {
  it('that is accepted is one that Consul, DNS and certificates take', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        if (datacenterNameProblem(name) === undefined) expect(name).toMatch(/^[a-z0-9-]{1,63}$/)
        if (nodeNameProblem(name) === undefined) expect(name).toMatch(/^[A-Za-z0-9-]{1,63}$/)
        if (domainProblem(name) === undefined) expect(isHostName(name)).toBe(true)
      }),
      {numRuns: 2000},
    )
  })

  it('that is refused gets a complaint of one line, without control characters', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        for (const problem of [datacenterNameProblem, nodeNameProblem, domainProblem])
          expect(problem(name) ?? 'x').toMatch(/^[^\p{Cc}]+$/u)
      }),
      {numRuns: 1000},
    )
  })
})

describe('an address of the federation file', () => {
  it('is one exactly where Node takes it for one, without a zone', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isAddress(text)).toBe(isIP(text) !== 0 && !text.includes('%'))
        if (addressProblem(text) === undefined) expect(bindAddressProblem(text)).toBeUndefined()
      }),
      {numRuns: 2000},
    )
  })

  it('has one spelling for all its spellings', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const canonical = canonicalAddress(address)
        expect(canonicalAddress(canonical)).toBe(canonical)
        expect(canonicalAddress(address.toUpperCase())).toBe(canonical)
      }),
    )
  })

  it('comes back out of host:port as it went in', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
    fc.assert(
      fc.property(host, port, (one, number) => {
        expect(parseEndpoint(formatEndpoint({host: one, port: number}))).toEqual({host: one, port: number})
      }),
    )
  })

  it('is never read out of a text that is not host:port', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const endpoint = parseEndpoint(text)
        if (endpoint) expect(text).toMatch(/:0*\d{1,5}$/)
        if (endpoint) expect(endpoint.port).toBeLessThanOrEqual(65_535)
      }),
      {numRuns: 2000},
    )
  })
})
