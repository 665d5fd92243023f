import {describe, expect, it} from 'vitest'

import type {ServerView} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, noAnswer, withViews, without} from '../../fixtures/snapshot.js'
import {findingOf, reportOn} from './judging.js'

const on = aFederation()
const model = {...on, acl: {...on.acl, enabled: false}}
const forbidden = noAnswer('forbidden', '403 Permission denied')

/** What Consul 1.8.7 with the default policy `deny` answers without a token, and fedctl asks nothing about tokens. */
function filtered(view: ServerView): ServerView {
  const {aclReplication: _replication, permissions: _permissions, token: _token, ...asked} = view
  return {
    ...asked,
    agent: forbidden,
    autopilot: forbidden,
    federationStates: forbidden,
    gateways: answer([]),
    lanMembers: answer([]),
    wanMembers: answer([]),
  }
}

const healthy = aHealthySnapshot(model)
const snapshot = withViews(healthy, filtered)

describe('servers that have ACLs on, where the federation file has them off', () => {
  it('are what the diagnosis names first, and what mends that', () => {
    const [first] = reportOn(model, snapshot).diagnosis
    expect(first).toMatchObject({cause: 'agent.setting'})
    expect(first?.fix[0]).toContain('set acl.enabled: true')
  })

  it.each(['gateway.registered', 'gateway.healthy', 'gateway.redundant'])(
    'leave %s unknown, since Consul answers with an empty catalog what it refuses',
    (id) => {
      expect(findingOf(id, 'dc2', model, snapshot)).toMatchObject({
        found: 'the token may lack service:read or node:read (the catalog shows no gateway)',
        status: 'skip',
      })
    },
  )

  it.each([
    ['deny', 'skip'],
    ['allow', 'fail'],
  ])('with the default policy %s and settings that are read, make of an empty catalog a %s', (policy, status) => {
    const open = withViews(snapshot, (view, id) => {
      const agent = healthy.servers[id]?.agent
      if (!agent?.ok) expect.fail('the server answers')
      return {...view, agent: answer({...agent.value, aclDefaultPolicy: policy, aclEnabled: true})}
    })
    expect(findingOf('gateway.registered', 'dc2', model, open).status).toBe(status)
  })

  it('leave pools unknown of which some members are seen', () => {
    const some = withViews(snapshot, (view, id) => {
      const members = healthy.servers[id]?.lanMembers
      if (!members?.ok) expect.fail('the server answers')
      return {...view, lanMembers: answer(members.value.slice(0, 1))}
    })
    expect(findingOf('names.unique', 'dc2', model, some).status).toBe('skip')
  })

  it('are not suspected where they are off as planned: an empty catalog is empty', () => {
    const off = withViews(healthy, (view) => ({...without(view, 'permissions'), gateways: answer([])}))
    expect(findingOf('gateway.registered', 'dc2', model, off).status).toBe('fail')
  })
})
