import {join} from 'node:path'

import {describe, expect, it} from 'vitest'

import {certificateTable} from '../../../src/cli/reporters/certificate-table.js'
import {unwrittenJournal} from '../../../src/federation/journal.js'
import {reportIssuing} from '../../../src/pki/certificate-report.js'
import {pkiFiles, temporaryFederation} from './workspace.js'

const now = new Date('2026-03-01T00:00:00Z')
const unseen = {journal: unwrittenJournal, signal: new AbortController().signal}
const federation = temporaryFederation()

describe('reportIssuing', () => {
  it('says in a dry run what would be issued, and writes nothing', async () => {
    const report = await reportIssuing(federation.current, {dryRun: true, now, ...unseen})
    expect(report).toMatchObject({dryRun: true, schemaVersion: 1, summary: {issue: 5, keep: 0}})
    expect(report.certificates.map(({action, expires, node}) => [node, action, expires])).toEqual([
      ['ca', 'create', null],
      ['dc1/dc1-s1', 'issue', null],
      ['dc1/dc1-c1', 'issue', null],
      ['dc2/dc2-s1', 'issue', null],
      ['dc2/dc2-c1', 'issue', null],
      ['cli', 'issue', null],
    ])
    await expect(pkiFiles(federation.current)).rejects.toThrow('ENOENT')
  })

  it('issues otherwise, as plain data for JSON', async () => {
    const given = federation.current
    const report = await reportIssuing(given, {dc: 'dc2', now, ...unseen})
    expect(report).toMatchObject({dryRun: false, summary: {issue: 3, keep: 0}})
    expect(report.certificates[1]).toEqual({
      action: 'issue',
      certificate: join(given.workspace, 'pki/dc2/dc2-s1.pem'),
      expires: '2027-03-01T00:00:00.000Z',
      key: join(given.workspace, 'pki/dc2/dc2-s1-key.pem'),
      kind: 'server',
      names: ['dc2-s1.server.dc2.consul', 'server.dc2.consul', 'localhost', '127.7.2.1', '127.0.0.1'],
      node: 'dc2/dc2-s1',
      reason: 'the CA is new',
      replaced: [],
    })
    expect(await reportIssuing(given, {now, ...unseen})).toMatchObject({summary: {issue: 2, keep: 3}})
  })
})

describe('certificateTable', () => {
  it('shows a certificate in a line, without colours where nobody looks, and counts', async () => {
    const report = await reportIssuing(federation.current, {node: 'dc1-c1', now, ...unseen})
    expect(certificateTable(report)).toBe(
      [
        'NODE        KIND    ACTION  EXPIRES     REASON         NAMES',
        'ca          ca      create  2031-02-28  missing',
        'dc1/dc1-c1  client  issue   2027-03-01  the CA is new  client.dc1.consul, localhost, 127.7.1.11, 127.0.0.1',
        '',
        '1 issued, 0 kept',
      ].join('\n'),
    )
    expect(certificateTable({...report, dryRun: true})).toContain('1 to issue, 0 kept')
  })
})
