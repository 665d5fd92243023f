import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import type {Observation} from '../../../src/observe/observation.js'
import type {ServerView, Snapshot} from '../../../src/observe/snapshot.js'
import {aHealthySnapshot, failing, noAnswer, without, withViews} from '../../fixtures/snapshot.js'
import {aGrownFederation, reportOn, resultOf, usualChecks} from './judging.js'

/** Where a snapshot keeps what an observation brings. */
const partsOf: Record<Observation, readonly (keyof ServerView | 'bootstrap' | 'envoys' | 'paths')[]> = {
  'acl-replication': ['aclReplication'],
  agent: ['agent'],
  'anonymous-rights': ['anonymousRights'],
  autopilot: ['autopilot'],
  'bootstrap-paths': ['bootstrap'],
  'ca-roots': ['caRoots'],
  'catalog-gateways': ['gateways'],
  'certificates-on-disk': ['certificateOnDisk'],
  'certificates-on-wire': ['certificateOnWire'],
  clock: ['clockOffsetMs'],
  'config-entries': ['configEntries'],
  envoys: ['envoys'],
  'federation-states': ['federationStates'],
  'gateway-paths': ['paths'],
  'gateway-token': ['gatewayToken'],
  'gossip-keys': ['gossipKeys', 'wanGossipKeys'],
  'lan-members': ['lanMembers'],
  leader: ['leader'],
  preflight: [],
  'remote-leader': ['remote'],
  'remote-services': ['remote'],
  'replication-token': ['replicationToken'],
  token: ['token', 'permissions'],
  'wan-members': ['wanMembers'],
}

const model = aGrownFederation()
const healthy = aHealthySnapshot(model)

describe('a check whose observations are missing', () => {
  it.each(catalogue.map((check) => [check.id, check] as const))('%s is skipped with a reason', (id, {observes}) => {
    const {findings, status} = resultOf(id, model, observes.reduce(withoutObservation, healthy))
    expect(status).toBe('skip')
    for (const {found} of findings) expect(found).toMatch(/\S/)
  })

  it.each(
    catalogue.filter(({observes}) => observes.length === 1).map((check) => [check.id, check.observes[0]] as const),
  )('%s never passes without %s', (id, observation) => {
    expect(resultOf(id, model, withoutObservation(healthy, observation ?? 'agent')).status).not.toBe('pass')
  })

  it('is asked on servers that still answer', () => {
    const snapshot = withViews(healthy, (view, id) => (id === 'dc1/dc1-s1' ? {} : view))
    const {findings} = resultOf('agent.primary', model, snapshot)
    expect(findings.map(({status}) => status)).toEqual(['skip', 'pass', 'pass', 'pass', 'pass', 'pass'])
  })
})

describe('a check that Consul refuses to answer', () => {
  it.each([
    ['agent.domain', 'agent:read'],
    ['gateway.registered', 'service:read and node:read'],
    ['raft.tolerance', 'operator:read'],
    ['state.replicated', 'operator:read'],
    ['version.supported', 'node:read'],
    ['wan.members', 'node:read'],
  ])('%s is skipped and names %s', (id, permission) => {
    const {failure} = noAnswer('forbidden', 'GET http://127.7.1.1:8500/v1/x: 403 Permission denied') as {
      failure: Parameters<typeof failing>[1]
    }
    const {findings, status} = resultOf(
      id,
      model,
      withViews(healthy, (view) => failing(view, failure)),
    )
    expect(status).toBe('skip')
    for (const {found} of findings) expect(found).toBe(`the token lacks ${permission} (Permission denied)`)
  })

  it('says so where the server does not know the token at all', () => {
    const failure = {kind: 'forbidden', message: 'GET http://127.7.1.1:8500/v1/agent/self: 403 ACL not found'} as const
    const {findings} = resultOf(
      'agent.domain',
      model,
      withViews(healthy, (view) => failing(view, failure)),
    )
    expect(findings[0]?.found).toBe('the server does not know the token (ACL not found)')
  })
})

describe('judging', () => {
  const parts = Object.keys(healthy.servers['dc1/dc1-s1'] ?? {}) as (keyof ServerView)[]
  const servers = Object.keys(healthy.servers)

  it.each(parts)('does not throw where %s is missing everywhere', (part) => {
    const report = reportOn(
      model,
      withViews(healthy, (view) => without(view, part)),
    )
    expect(report.checks).toHaveLength(usualChecks.length)
    expect(report.checks.filter(({status}) => status === 'fail')).toEqual([])
  })

  it('does not throw, whatever parts are missing or failed on whatever servers', () => {
    const damage = fc.record({
      how: fc.constantFrom('gone', 'forbidden', 'refused', 'timeout', 'unreachable'),
      part: fc.constantFrom(...parts),
      server: fc.constantFrom(...servers),
    })
    fc.assert(
      fc.property(fc.array(damage, {maxLength: 40}), fc.boolean(), (damages, keepsPaths) => {
        const snapshot = withViews(keepsPaths ? healthy : {...healthy, paths: []}, (view, id) => {
          const own = damages.filter(({server}) => server === id)
          return own.reduce((damaged, {how, part}) => {
            if (how === 'gone') return without(damaged, part)
            const failed = failing({[part]: view[part]}, {kind: how, message: 'no'})
            return {...without(damaged, part), ...failed}
          }, view)
        })
        const {checks, diagnosis, status, summary} = reportOn(model, snapshot)
        expect(summary.pass + summary.warn + summary.fail + summary.skip).toBe(usualChecks.length)
        expect(checks.every(({findings}) => findings.length > 0)).toBe(true)
        expect(diagnosis.length > 0).toBe(status === 'fail')
        expect(status === 'fail').toBe(summary.fail > 0 || summary.pass + summary.warn === 0)
      }),
      {numRuns: 150},
    )
  })
})

function withoutObservation(snapshot: Snapshot, observation: Observation): Snapshot {
  return partsOf[observation].reduce((rest, part) => {
    if (part === 'envoys') return {...rest, envoys: {}}
    if (part === 'paths') return {...rest, paths: rest.paths.filter(({kind}) => kind !== 'gateway')}
    if (part === 'bootstrap') return {...rest, paths: rest.paths.filter(({kind}) => kind !== 'bootstrap')}
    return withViews(rest, (view) => without(view, part))
  }, snapshot)
}
