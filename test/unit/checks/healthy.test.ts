import {describe, expect, it} from 'vitest'

import {parseFederation} from '../../../src/federation/parse.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot} from '../../fixtures/snapshot.js'
import {federationFile} from '../../healthy/federation-file.js'
import {topologies} from '../../healthy/topologies.js'
import {aGossipFederation, aGrownFederation, reportOn, usualChecks} from './judging.js'

describe('a healthy federation', () => {
  const grown = aGrownFederation()
  const report = reportOn(grown, aHealthySnapshot(grown))

  it.each(report.checks.map(({id, status}) => [id, status]))('passes %s', (_id, status) => {
    expect(status).toBe('pass')
  })

  it('passes as a whole, without a diagnosis', () => {
    expect(report.status).toBe('pass')
    expect(report.diagnosis).toEqual([])
    expect(report.summary).toEqual({fail: 0, pass: usualChecks.length, skip: 0, warn: 0})
  })

  it.each(topologies.map((topology) => [topology.name, topology] as const))(
    'earns its warnings and no other: %s',
    (_name, topology) => {
      const model = parseFederation(federationFile(topology, 7, '1.21.4'), '/srv/federation/federation.yaml')
      const {checks} = reportOn(model, aHealthySnapshot(model))
      expect(checks.filter(({status}) => status === 'warn').map(({id}) => id)).toEqual(topology.warnings)
      expect(checks.filter(({status}) => status === 'fail')).toEqual([])
    },
  )

  it('has nothing to say on secondaries where there is none', () => {
    const model = aFederation({datacenters: [aDatacenter(1)]})
    const {checks} = reportOn(model, aHealthySnapshot(model))
    const skipped = checks.filter(({status}) => status === 'skip')
    expect(skipped.map(({id}) => id)).toEqual([
      'version.known-bugs',
      'names.overlap',
      'agent.token-replication',
      'gateway.bootstrap-path',
      'gateway.envoy',
      'state.replicated',
      'wan.rpc',
      'acl.replication',
      'acl.replication-rights',
      'ca.intermediate',
      'entries.replicated',
      'mesh.mode',
    ])
    expect(skipped.flatMap(({findings}) => findings.map(({found}) => found))).toContain('there is one datacenter only')
  })

  it('is judged without gateways where traditional gossip joins the datacenters, and says so', () => {
    const model = aGossipFederation()
    const {checks, status} = reportOn(model, aHealthySnapshot(model))
    expect(status).toBe('warn')
    expect(checks.filter((check) => check.status === 'fail')).toEqual([])
    const gateways = checks.filter(({category}) => category === 'gateway' || category === 'state')
    for (const {findings} of gateways) {
      expect(findings).toEqual([
        {
          found: 'the datacenters are joined by traditional WAN gossip (via: wan-gossip)',
          status: 'skip',
          subject: 'federation',
        },
      ])
    }
  })

  it('is judged without tokens and certificates where the file has both off', () => {
    const {acl, tls} = aFederation()
    const gossip = aGossipFederation()
    const model = {...gossip, acl: {...acl, enabled: false}, tls: {...tls, enabled: false}}
    const {checks} = reportOn(model, aHealthySnapshot(model))
    expect(checks.filter(({status}) => status === 'fail')).toEqual([])
    const reasons = checks
      .filter(({id}) => /^(?:tls\.|agent\.tls|access\.token|acl\.)/.test(id))
      .map(({findings}) => findings[0]?.found)
    expect(new Set(reasons)).toEqual(
      new Set(['ACLs are off in the federation file', 'TLS is off in the federation file']),
    )
  })
})
