import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {compareVersions, isSupportedVersion, parseVersion} from '../../../src/versions/version.js'

describe('parseVersion', () => {
  it.each([
    ['1.8.7', {major: 1, minor: 8, patch: 7}],
    ['v1.8.7', {major: 1, minor: 8, patch: 7}],
    ['1.8.7+dfsg1', {major: 1, minor: 8, patch: 7}],
    ['1.8.7+dfsg1-2+b3', {major: 1, minor: 8, patch: 7}],
    ['1.21.4-criteo3', {major: 1, minor: 21, patch: 4}],
    ['1.17.0+ent', {major: 1, minor: 17, patch: 0}],
    ['1.17.0+ent.fips1402', {major: 1, minor: 17, patch: 0}],
    ['2.1.0', {major: 2, minor: 1, patch: 0}],
    ['1.8.7:1a2b3c4d', {major: 1, minor: 8, patch: 7}],
    ['1.14.0-dev', {major: 1, minor: 14, patch: 0, prerelease: 'dev'}],
    ['1.16.0-rc1+ent', {major: 1, minor: 16, patch: 0, prerelease: 'rc1'}],
  ])('reads %s', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected)
  })

  it.each(['', '1', '1.17', '1.17.x', 'latest', 'Consul v1.8.7', '1.8.7 ', '-1.8.7'])('does not read %j', (text) => {
    expect(parseVersion(text)).toBeUndefined()
  })
})

describe('compareVersions', () => {
  it('sorts by numbers, and a pre-release before its release', () => {
    const sorted = [
      '1.8.7',
      '1.9.0-beta2',
      '1.9.0-beta10',
      '1.9.0-rc1',
      '1.9.0',
      '1.10.0',
      '1.21.4',
      '2.0.0-rc1',
      '2.0.0',
      '2.1.0',
    ]
    expect([...sorted].reverse().sort((a, b) => compareVersions(a, b))).toEqual(sorted)
  })

  it('takes a rebuilt release for the release', () => {
    expect(compareVersions('1.21.4-criteo3', '1.21.4')).toBe(0)
    expect(compareVersions('1.8.7+dfsg1', 'v1.8.7')).toBe(0)
  })

  it('agrees with the order of the three numbers', () => {
    const version = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40))
    fc.assert(
      fc.property(version, version, (a, b) => {
        const difference = a.map((part, index) => part - (b[index] ?? 0)).find((part) => part !== 0) ?? 0
        expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(difference))
      }),
    )
  })

  it('refuses what is not a version, and names it', () => {
    expect(() => compareVersions('latest', '1.8.0')).toThrow('"latest" is not a version of Consul')
  })
})

describe('isSupportedVersion', () => {
  it.each([
    ['1.7.14', false],
    ['1.8.0-rc1', false],
    ['1.8.0', true],
    ['2.1.0', true],
  ])('%s: %s', (version, expected) => {
    expect(isSupportedVersion(version)).toBe(expected)
  })
})
