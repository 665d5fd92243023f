import {describe, expect, it} from 'vitest'

import {replicates, type ReplicationStatus} from '../../../../src/acl/replication-status.js'
import type {AclStatus} from '../../../../src/acl/status.js'
import {statusNote, statusTables} from '../../../../src/cli/reporters/acl-status.js'

const replication: ReplicationStatus = {
  enabled: true,
  lastError: null,
  lastErrorMessage: null,
  lastSuccess: '2026-11-20T08:00:10Z',
  running: true,
  type: 'tokens',
}

const status: AclStatus = {
  anonymous: 'ok',
  datacenters: [
    {bootstrapped: 'yes', enabled: true, name: 'dc1', replication: null, servers: [{id: 'dc1/s1', state: 'on'}]},
    {
      bootstrapped: 'unknown',
      enabled: null,
      name: 'dc2',
      replication,
      servers: [{id: 'dc2/s1', reason: 'connection refused', state: 'no-answer'}],
    },
  ],
  enabled: true,
  policies: [{name: 'fedctl-verifier', state: 'missing'}],
  schemaVersion: 1,
  tokens: [
    {accessorId: 'a', knownBy: ['dc1/s1'], name: 'verifier', state: 'ok', unknownTo: ['dc1/s2', 'dc2/s1']},
    {accessorId: null, knownBy: [], name: 'gateway', state: 'missing', unknownTo: []},
  ],
  unreadBecause: null,
}

const cells = (of: AclStatus) =>
  statusTables(of).map(({columns, rows}) => rows.map((row) => columns.map(({cell}) => cell(row))))

describe('statusTables', () => {
  it('shows datacenters, servers that are not well, policies and tokens', () => {
    expect(cells(status)).toEqual([
      [
        ['dc1', 'on', 'yes', '-'],
        ['dc2', 'no answer', 'unknown', 'tokens, running, last success 2026-11-20T08:00:10Z'],
      ],
      [['dc2/s1', 'no-answer', 'connection refused']],
      [
        ['fedctl-verifier', 'missing'],
        ['(anonymous token)', 'ok'],
      ],
      [
        ['verifier', 'a', 'ok', '1 of 3', 'dc1/s2, dc2/s1'],
        ['gateway', '-', 'missing', '-', '-'],
      ],
    ])
  })

  it.each<[string, Partial<ReplicationStatus>, string]>([
    ['is off', {enabled: false}, 'off'],
    ['runs and has never worked', {lastSuccess: null}, 'tokens, running, no success yet'],
    [
      'has failed since',
      {lastError: '2026-11-20T08:00:11Z', lastErrorMessage: 'denied'},
      'tokens, running, last error 2026-11-20T08:00:11Z, denied',
    ],
    [
      'copies policies only',
      {lastError: '2026-11-20T08:00:09Z', type: 'policies'},
      'policies, running, last success 2026-11-20T08:00:10Z',
    ],
  ])('says where replication %s', (_what, change, text) => {
    const datacenters = status.datacenters.map((one) => ({...one, replication: {...replication, ...change}}))
    expect(cells({...status, datacenters})[0]?.[1]?.[3]).toBe(text)
  })

  it('is empty where the file has ACLs off, and a note says so', () => {
    const off = {...status, enabled: false}
    expect(statusTables(off)).toEqual([])
    expect(statusNote(off)).toContain('off')
  })

  it('has a note where nothing could be compared', () => {
    expect(statusNote({...status, unreadBecause: 'there is no token'})).toContain('there is no token')
    expect(statusNote(status)).toBeUndefined()
  })
})

describe('replicates', () => {
  it('takes a success later than the last error as the proof, and nothing else', () => {
    expect(replicates(replication)).toBe(true)
    expect(replicates({...replication, lastSuccess: null})).toBe(false)
    expect(replicates({...replication, lastError: '2026-11-20T08:00:10Z'})).toBe(false)
  })
})
