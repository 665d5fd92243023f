import {describe, expect, it} from 'vitest'

import {verifySnapshot} from '../../../src/checks/verify.js'
import type {Federation} from '../../../src/federation/model.js'
import type {PreflightFacts} from '../../../src/observe/preflight-facts.js'
import {snapshotSchema} from '../../../src/observe/snapshot-schema.js'
import {aPreflightSnapshot, onThisMachine} from '../../fixtures/preflight.js'
import {aCertificate, answer, withView} from '../../fixtures/snapshot.js'
import {aGrownFederation} from './judging.js'

const model = onThisMachine(aGrownFederation())
const ready = aPreflightSnapshot(model)
const rendered = {differing: [], missing: [], rendered: true, strangers: []}
const unknown = {outcome: 'unknown', text: 'no consul binary'} as const

function judge(overrides: Partial<PreflightFacts>, federation: Federation = model) {
  const {report} = verifySnapshot(federation, aPreflightSnapshot(federation, overrides))
  return new Map(report.checks.map((check) => [check.id, check]))
}

describe('a preflight', () => {
  it('passes where everything is ready, and only counts what nobody can know yet', () => {
    const {reachable, report} = verifySnapshot(model, ready)
    expect(reachable).toBe(true)
    expect(report.status).toBe('pass')
    const judged = report.checks.filter(({status}) => status === 'pass').map(({id}) => id)
    expect(judged).toEqual(
      expect.arrayContaining(['config.valid', 'names.node', 'ports.free', 'tls.issued', 'tls.expiry']),
    )
    const waiting = report.checks.filter(({status}) => status !== 'pass')
    expect(waiting.map(({waits}) => waits)).toEqual(waiting.map(() => true))
    expect(waiting.map(({id}) => id)).toEqual(expect.arrayContaining(['access.api', 'raft.leader', 'wan.rpc']))
    for (const {findings} of waiting) expect(findings[0]?.found).toMatch(/^nothing runs yet: /)
  })

  it('is not unreachable and has no diagnosis where something fails', () => {
    const server = model.datacenters[1]!.servers[0]!
    const certificate = aCertificate(model, server, {dnsNames: ['server.dc2.consul', 'localhost']})
    const snapshot = withView(ready, server.id, (view) => ({...view, certificateOnDisk: answer(certificate)}))
    const {reachable, report} = verifySnapshot(model, snapshot)
    expect({diagnosis: report.diagnosis, reachable, status: report.status}).toEqual({
      diagnosis: [],
      reachable: true,
      status: 'fail',
    })
    expect(report.checks.find(({id}) => id === 'tls.server-name')?.findings).toContainEqual(
      expect.objectContaining({
        fix: ['fedctl tls issue --dc dc2 --node dc2-s1', 'fedctl config render --dc dc2 --node dc2-s1'],
        found: `${server.name}.server.dc2.consul is missing in the certificate as issued in the workspace`,
        subject: server.id,
      }),
    )
  })

  it('can be judged again from a file', () => {
    const saved = JSON.stringify(ready)
    expect(snapshotSchema.parse(JSON.parse(saved))).toEqual(ready)
  })

  it('keeps to the chosen checks', () => {
    const {report} = verifySnapshot(model, ready, {only: ['ports', 'raft.leader']})
    expect(report.checks.map(({id, status}) => [id, status])).toEqual([
      ['ports.free', 'pass'],
      ['ports.reachable', 'pass'],
      ['raft.leader', 'skip'],
    ])
  })
})

describe('rendered configuration', () => {
  it.each([
    ['is not there yet', {...rendered, rendered: false}, 'warn', 'it is not rendered yet'],
    [
      'was edited',
      {...rendered, differing: [{keys: ['log_level'], path: 'etc/consul.d/consul.hcl'}]},
      'fail',
      'etc/consul.d/consul.hcl differs from the federation file',
    ],
    ['lacks a file', {...rendered, missing: ['tls/ca.pem']}, 'fail', 'tls/ca.pem is missing'],
    ['has company', {...rendered, strangers: ['web.json']}, 'fail', 'web.json beside the rendered configuration'],
  ])('that %s is found', (_what, facts, status, found) => {
    const configurations = {...ready.preflight?.configurations, 'dc1/dc1-s1': {...facts, validity: unknown}}
    expect(judge({configurations}).get('config.rendered')?.findings[0]).toMatchObject({found, status})
  })

  it('that Consul refuses is a failure, and without a Consul here none', () => {
    const configurations = {
      ...ready.preflight?.configurations,
      'dc1/dc1-s1': {...rendered, validity: {outcome: 'invalid', text: 'invalid config key log_levl'} as const},
      'dc1/dc1-s2': {...rendered, validity: unknown},
    }
    expect(judge({configurations}).get('config.valid')?.findings.slice(0, 2)).toMatchObject([
      {found: 'invalid config key log_levl', status: 'fail'},
      {found: 'no consul binary', status: 'skip'},
    ])
  })
})

describe('certificates', () => {
  it.each([
    ['are not there yet', {missing: ['a.pem', 'a-key.pem'], problems: []}, 'warn', 'its certificate is not issued yet'],
    ['have no key', {missing: ['a-key.pem'], problems: []}, 'fail', 'a-key.pem is missing'],
    [
      'have another key',
      {missing: [], problems: ['does not belong to its key']},
      'fail',
      'the certificate does not belong to its key',
    ],
  ])('that %s are found', (_what, facts, status, found) => {
    const certificates = {...ready.preflight?.certificates, 'dc1/dc1-s1': facts}
    expect(judge({certificates}).get('tls.issued')?.findings[0]).toMatchObject({found, status})
  })
})

describe('ports', () => {
  const state = (listener: PreflightFacts['listeners'][string]) =>
    judge({listeners: {...ready.preflight?.listeners, 'dc1/dc1-s1': listener}}).get('ports.free')?.findings[0]

  it('may be held by the node itself, and by nobody else', () => {
    expect(state({running: true, taken: []})).toMatchObject({found: 'held by the node itself', status: 'pass'})
    expect(state({running: false, taken: ['127.7.1.1:8500']})).toMatchObject({
      found: 'another process listens at 127.7.1.1:8500',
      status: 'fail',
    })
    expect(state({running: false, taken: [], unusable: 'no such address'})).toMatchObject({
      found: 'no such address',
      status: 'fail',
    })
  })

  it('are not looked at on other machines', () => {
    const elsewhere = aGrownFederation()
    expect(judge({}, elsewhere).get('ports.free')).toMatchObject({status: 'skip'})
  })
})

describe('WAN addresses', () => {
  const doors = ready.preflight?.endpoints ?? {}
  const found = (overrides: Partial<PreflightFacts>) =>
    judge(overrides)
      .get('ports.reachable')
      ?.findings.map(({status, subject}) => `${status} ${subject}`)

  it('need no listener before the start', () => {
    expect(found({})).toEqual(['pass dc1/dc1-gw1', 'pass dc1/dc1-gw2', 'pass dc2/dc2-gw1', 'pass dc2/dc2-gw2'])
  })

  it('need one in a primary that was set up', () => {
    expect(found({primaryBegun: true})).toEqual([
      'warn dc1/dc1-gw1',
      'warn dc1/dc1-gw2',
      'pass dc2/dc2-gw1',
      'pass dc2/dc2-gw2',
    ])
  })

  it('need one beside a gateway that answers', () => {
    expect(found({endpoints: {...doors, '127.7.2.21:8443': {accepts: true}}})).toEqual([
      'pass dc1/dc1-gw1',
      'pass dc1/dc1-gw2',
      'pass dc2/dc2-gw1',
      'warn dc2/dc2-gw2',
    ])
  })

  it('have to resolve', () => {
    const endpoints = {...doors, '127.7.2.21:8443': {accepts: false, unresolved: 'ENOTFOUND'}}
    expect(found({endpoints})).toContain('warn dc2/dc2-gw1')
  })
})
