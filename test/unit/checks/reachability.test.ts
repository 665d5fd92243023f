import {describe, expect, it} from 'vitest'

import {nothingReachable} from '../../../src/checks/reachability.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, failing, noAnswer, withView, withViews} from '../../fixtures/snapshot.js'

const healthy = aHealthySnapshot(aFederation())
const dark: Snapshot = {
  ...withViews(healthy, (view) => failing(view, {kind: 'unreachable', message: 'connect ECONNREFUSED'})),
  paths: [],
}

describe('nothingReachable', () => {
  it('is true where every server is silent, whatever lies in the workspace', () => {
    expect(dark.servers['dc1/dc1-s1']?.certificateOnDisk?.ok).toBe(true)
    expect(nothingReachable(dark)).toBe(true)
    expect(nothingReachable({...dark, servers: {}})).toBe(true)
  })

  it('does not count a certificate that nobody could ask for', () => {
    const certificateOnWire = noAnswer('not-found', 'there is no pki/ca.pem')
    expect(nothingReachable(withViews(dark, (view) => ({...view, certificateOnWire})))).toBe(true)
  })

  it('does not count questions that were not put', () => {
    const notAsked = noAnswer('not-found', 'not asked')
    const remote = {dc2: {leader: dark.servers['dc1/dc1-s1']?.leader as typeof notAsked, services: notAsked}}
    expect(nothingReachable(withView(dark, 'dc1/dc1-s1', (view) => ({...view, remote})))).toBe(true)
  })

  it('is false where one server answers, if only with a refusal', () => {
    const refusing = withView(dark, 'dc2/dc2-s1', (view) => ({...view, agent: noAnswer('forbidden', '403')}))
    expect(nothingReachable(refusing)).toBe(false)
  })

  it('is false where a gateway or an Envoy answers', () => {
    expect(nothingReachable({...dark, paths: healthy.paths})).toBe(false)
    expect(nothingReachable({...dark, envoys: {'dc1/dc1-gw1': answer('1.26.6')}})).toBe(false)
  })
})
