import {describe, expect, it} from 'vitest'

import {aFederation} from '../../fixtures/federation.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aHealthySnapshot, answer, withView} from '../../fixtures/snapshot.js'
import {findingOf} from './judging.js'

const model = aFederation()
const healthy = aHealthySnapshot(model)

describe('version.supported', () => {
  it.each(['1.7.9', '0.9.1', ''])('fails where a client runs %j', (build) => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-c1': build})
    const finding = findingOf('version.supported', 'dc2', model, snapshot)
    expect(finding).toMatchObject({evidence: [`dc2-c1 runs ${build || 'an unknown version'}`], status: 'fail'})
  })

  it.each(['1.8.0', '1.8.0-rc1', '1.21.4+ent', '2.1.0'])('passes with %s', (build) => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-c1': build})
    expect(findingOf('version.supported', 'dc2', model, snapshot).status).toBe('pass')
  })
})

describe('version.expected', () => {
  it('accepts another patch release of the minor version in the file', () => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-s1': '1.17.9'})
    expect(findingOf('version.expected', 'dc2', model, snapshot).status).toBe('pass')
  })

  it.each(['1.18.0', '1.8.7', '2.17.3', ''])('warns where a client runs %j and the file says 1.17', (build) => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-c1': build})
    expect(findingOf('version.expected', 'dc2', model, snapshot)).toMatchObject({
      evidence: [`dc2-c1 runs ${build || 'an unknown version'}`],
      status: 'warn',
    })
  })
})

describe('version.skew', () => {
  it('accepts another patch release', () => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-s1': '1.17.9'})
    expect(findingOf('version.skew', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('warns about a secondary that is ahead of the primary, and upgrades the primary', () => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-s1': '1.18.0'})
    expect(findingOf('version.skew', 'dc2', model, snapshot)).toMatchObject({
      fix: ['upgrade dc1 to 1.18'],
      found: '1.18, and dc1 has 1.17',
      status: 'warn',
    })
  })

  it('warns about a secondary that is behind', () => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-s1': '1.16.2'})
    expect(findingOf('version.skew', 'dc2', model, snapshot)).toMatchObject({
      fix: ['upgrade dc2 next'],
      status: 'warn',
    })
  })

  it('does not count clients', () => {
    const snapshot = withBuilds(healthy, 'dc2', {'dc2-c1': '1.16.2'})
    expect(findingOf('version.skew', 'dc2', model, snapshot).status).toBe('pass')
  })

  it('is not asked of a secondary while the primary is unknown', () => {
    const snapshot = withView(healthy, 'dc1/dc1-s1', () => ({}))
    expect(findingOf('version.skew', 'dc2', model, snapshot).status).toBe('skip')
  })
})

function withBuilds(snapshot: Snapshot, datacenter: string, builds: Record<string, string>): Snapshot {
  return withView(snapshot, `${datacenter}/${datacenter}-s1`, (view) => {
    if (!view.lanMembers?.ok) return view
    return {
      ...view,
      lanMembers: answer(
        view.lanMembers.value.map((member) => ({...member, build: builds[member.name] ?? member.build})),
      ),
    }
  })
}
