import {describe, expect, it} from 'vitest'

import type {CertificateFacts, Snapshot} from '../../../src/observe/snapshot.js'
import {serversOf} from '../../../src/federation/selectors.js'
import {aFederation} from '../../fixtures/federation.js'
import {aCertificate, aHealthySnapshot, answer, noAnswer, withView, without} from '../../fixtures/snapshot.js'
import {aGossipFederation, findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)
const server = 'dc2/dc2-s1'
const agent = serversOf(model)[1] ?? expect.fail('the federation has two servers')
const closed = noAnswer('unreachable', 'TLS to 127.7.2.1:8300 for server.dc2.consul: connection refused')

describe('tls.ca-shared', () => {
  it('fails for a certificate of another CA', () => {
    const snapshot = presenting({issuer: 'CN=Other CA', verifiedByCa: false})
    expect(findingOf('tls.ca-shared', server, model, snapshot)).toMatchObject({
      expected: 'a certificate that chains to /srv/federation/pki/ca.pem',
      found: 'issued by CN=Other CA, presented at its RPC port',
      status: 'fail',
    })
  })

  it('fails without the CA at hand where servers differ in their issuer', () => {
    const noCa = serversOf(model).reduce((snapshot, {id}) => withCertificate(snapshot, id, {}, ['verifiedByCa']), {
      ...healthy,
      paths: [],
    } as Snapshot)
    expect(findingOf('tls.ca-shared', server, model, noCa).status).toBe('skip')
    const differing = withCertificate(noCa, server, {authorityKeyId: 'EF:01'}, ['verifiedByCa'])
    expect(findingOf('tls.ca-shared', server, model, differing).status).toBe('fail')
  })

  it('looks at what a gateway brings where the RPC port is closed to this machine', () => {
    const snapshot = withView(healthy, server, (view) => ({...view, certificateOnWire: closed}))
    expect(findingOf('tls.ca-shared', server, model, snapshot)).toMatchObject({
      found: 'presented through dc1/dc1-gw1',
      status: 'pass',
    })
  })

  it('does not take a certificate in the workspace for one that is presented', () => {
    const snapshot = withView({...healthy, paths: []}, server, (view) => ({...view, certificateOnWire: closed}))
    expect(findingOf('tls.ca-shared', server, model, snapshot).status).toBe('skip')
  })
})

describe('tls.server-name', () => {
  it('fails for a certificate that was issued without the node', () => {
    const snapshot = presenting({dnsNames: ['server.dc2.consul', 'localhost']})
    expect(findingOf('tls.server-name', server, model, snapshot)).toMatchObject({
      evidence: ['it is valid for server.dc2.consul and localhost'],
      found: 'dc2-s1.server.dc2.consul is missing in the certificate presented at its RPC port',
      status: 'fail',
    })
  })

  it('only has the new certificate loaded where it was issued already', () => {
    const {fix} = findingOf('tls.server-name', server, model, presenting({dnsNames: ['server.dc2.consul']}))
    expect(fix?.join(' ')).not.toContain('fedctl tls issue')
    const old = withView(presenting({dnsNames: ['server.dc2.consul']}), server, (view) =>
      without(view, 'certificateOnDisk'),
    )
    expect(findingOf('tls.server-name', server, model, old).fix?.[0]).toBe('fedctl tls issue --dc dc2 --node dc2-s1')
  })

  it('fails for a certificate of another datacenter', () => {
    const snapshot = presenting({dnsNames: ['dc2-s1.server.dc1.consul', 'server.dc1.consul', 'localhost']})
    expect(findingOf('tls.server-name', server, model, snapshot).found).toBe(
      'server.dc2.consul and dc2-s1.server.dc2.consul is missing in the certificate presented at its RPC port',
    )
  })

  it.each([['*.server.dc2.consul'], ['DC2-S1.SERVER.DC2.CONSUL']])('accepts %s for the node', (name) => {
    const snapshot = presenting({dnsNames: [name, 'server.dc2.consul']})
    expect(findingOf('tls.server-name', server, model, snapshot).status).toBe('pass')
  })

  it('does not accept a wildcard for more than one label', () => {
    const snapshot = presenting({dnsNames: ['*.dc2.consul', '*.consul']})
    expect(findingOf('tls.server-name', server, model, snapshot).status).toBe('fail')
  })

  it('judges what was issued where nothing is presented, and says so', () => {
    const dark = withView({...healthy, paths: []}, server, (view) => ({...view, certificateOnWire: closed}))
    expect(findingOf('tls.server-name', server, model, dark)).toMatchObject({
      found: 'as issued in the workspace',
      status: 'pass',
    })
  })

  it('does not ask for the node where no gateway routes by it', () => {
    const gossip = aGossipFederation()
    expect(findingOf('tls.server-name', server, gossip, aHealthySnapshot(gossip)).status).toBe('pass')
  })
})

describe('tls.usage', () => {
  it.each([
    [['serverAuth', 'clientAuth'], 'pass'],
    [[], 'pass'],
    [['2.5.29.37.0'], 'pass'],
    [['serverAuth'], 'fail'],
    [['clientAuth'], 'fail'],
  ])('judges a certificate for %j as %s', (usages, status) => {
    expect(findingOf('tls.usage', server, model, presenting({usages})).status).toBe(status)
  })

  it('names what is missing', () => {
    expect(findingOf('tls.usage', server, model, presenting({usages: ['serverAuth']})).found).toBe(
      'clientAuth is missing in the certificate presented at its RPC port',
    )
  })
})

describe('tls.loaded', () => {
  it('warns where a newer certificate was issued, and has it loaded', () => {
    const old = presenting({fingerprint: 'old', notBefore: '2026-10-01T00:00:00.000Z'})
    const {fix, found, status} = findingOf('tls.loaded', server, model, old)
    expect(status).toBe('warn')
    expect(found).toBe('the certificate that was issued last is not loaded: an older one is presented at its RPC port')
    expect(fix?.at(-1)).toContain('consul reload')
  })

  it('warns where the server has another one than the workspace', () => {
    const other = presenting({fingerprint: 'other', notBefore: '2026-11-10T00:00:00.000Z'})
    expect(findingOf('tls.loaded', server, model, other)).toMatchObject({
      found: 'another certificate than that of the workspace is presented at its RPC port',
      status: 'warn',
    })
  })

  it('is not judged without a certificate in the workspace', () => {
    const bare = withView(healthy, server, (view) => without(view, 'certificateOnDisk'))
    expect(findingOf('tls.loaded', server, model, bare).status).toBe('skip')
  })
})

describe('tls.expiry', () => {
  const aYear = {notBefore: '2025-12-20T00:00:00.000Z'}

  it.each([
    [
      {notAfter: '2026-11-20T11:59:59.000Z'},
      'fail',
      'expired since 2026-11-20T11:59:59.000Z, presented at its RPC port',
    ],
    [
      {notBefore: '2026-11-20T12:00:01.000Z'},
      'fail',
      'valid only from 2026-11-20T12:00:01.000Z on, presented at its RPC port',
    ],
    [{...aYear, notAfter: '2026-12-20T11:59:59.000Z'}, 'warn', '29 days left, presented at its RPC port'],
    [{...aYear, notAfter: '2026-12-20T12:00:00.000Z'}, 'pass', '30 days left, presented at its RPC port'],
    [
      {notAfter: '2026-11-21T12:00:00.000Z', notBefore: '2026-11-18T12:00:00.000Z'},
      'pass',
      '24 hours left, presented at its RPC port',
    ],
    [
      {notAfter: '2026-11-21T11:00:00.000Z', notBefore: '2026-11-18T12:00:00.000Z'},
      'warn',
      '23 hours left, presented at its RPC port',
    ],
    [{notAfter: 'never'}, 'skip', 'the dates of the certificate cannot be read'],
  ])('judges %o as %s', (dates, status, found) => {
    expect(findingOf('tls.expiry', server, model, presenting(dates))).toMatchObject({found, status})
  })
})

function presenting(facts: Partial<CertificateFacts>): Snapshot {
  return withCertificate(healthy, server, facts)
}

function withCertificate(
  snapshot: Snapshot,
  id: string,
  facts: Partial<CertificateFacts>,
  unknown: readonly string[] = [],
): Snapshot {
  const certificate = Object.entries(aCertificate(model, agent, facts)).filter(([name]) => !unknown.includes(name))
  return withView(snapshot, id, (view) => ({
    ...view,
    certificateOnWire: answer(Object.fromEntries(certificate) as unknown as CertificateFacts),
  }))
}
