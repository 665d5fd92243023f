import {describe, expect, it} from 'vitest'

import {defaultPorts} from '../../../src/versions/default-ports.js'
import {type Difference, differences, type Feature, supports} from '../../../src/versions/features.js'
import {compareVersions, oldestSupported, parseVersion} from '../../../src/versions/version.js'

const rows: readonly Difference[] = differences

describe('the table of differences', () => {
  it('names each feature once, in alphabetical order', () => {
    const names = rows.map((row) => row.feature)
    expect(names).toEqual([...new Set(names)].sort())
  })

  it('has a source, and limits inside the supported range', () => {
    for (const row of rows) {
      const limits = [row.since, row.until].filter((limit) => limit !== undefined)
      expect(row.source, row.feature).toMatch(/\d\.\d|GH-\d/)
      expect(limits.length, row.feature).toBeGreaterThan(0)
      for (const limit of limits) {
        expect(parseVersion(limit)?.prerelease, row.feature).toBeUndefined()
        expect(compareVersions(limit, oldestSupported), row.feature).toBeGreaterThan(0)
      }
    }
  })
})

describe('supports', () => {
  it.each<[string, Feature, boolean]>([
    ['1.11.11', 'tls-stanza', false],
    ['1.12.0-beta1', 'tls-stanza', false],
    ['1.12.0', 'tls-stanza', true],
    ['2.1.0', 'tls-stanza', true],
    ['1.10.11', 'initial-management-name', false],
    ['1.11.0', 'initial-management-name', true],
    ['1.10.1', 'streaming-through-gateways', false],
    ['1.10.2', 'streaming-through-gateways', true],
    ['1.12.9', 'grpc-tls-by-https', true],
    ['1.13.0', 'grpc-tls-by-https', false],
    ['1.12.9', 'grpc-tls-by-certificate', false],
    ['1.13.9', 'grpc-tls-by-certificate', true],
    ['1.14.0', 'grpc-tls-by-certificate', false],
    ['1.8.0', 'node-identity', false],
    ['1.8.7+dfsg1', 'node-identity', true],
    ['1.14.11', 'bootstrap-secret', false],
    ['1.15.0+ent', 'bootstrap-secret', true],
  ])('%s, %s: %s', (version, feature, expected) => {
    expect(supports(version, feature)).toBe(expected)
  })
})

describe('defaultPorts', () => {
  it('has no gRPC TLS port before 1.14', () => {
    expect(defaultPorts('1.13.9', 'server')).not.toHaveProperty('grpc_tls')
  })

  it('opens 8503 on servers from 1.14 on, and nothing on clients', () => {
    expect(defaultPorts('1.14.0', 'server').grpc_tls).toBe(8503)
    expect(defaultPorts('1.14.0', 'client').grpc_tls).toBe(-1)
  })

  it('has ports of servers on servers only', () => {
    expect(defaultPorts('1.8.7', 'server')).toMatchObject({serf_wan: 8302, server: 8300})
    expect(Object.keys(defaultPorts('1.8.7', 'client')).sort()).toEqual(['dns', 'grpc', 'http', 'https', 'serf_lan'])
  })
})
