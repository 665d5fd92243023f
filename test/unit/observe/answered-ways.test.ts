import {describe, expect, it} from 'vitest'

import {answeredWays} from '../../../src/observe/answered-ways.js'
import type {Answer, RemoteAnswers, ServerView} from '../../../src/observe/snapshot.js'
import {aDatacenter, aServer} from '../../fixtures/federation.js'

const refused: Answer<never> = {failure: {kind: 'refused', message: 'No path to datacenter'}, ok: false}
const silent: RemoteAnswers = {leader: refused, services: refused}
const services: RemoteAnswers = {leader: refused, services: {ok: true, value: 3}}
const leader: RemoteAnswers = {leader: {ok: true, value: '10.3.0.1:8300'}, services: refused}
const datacenter = aDatacenter(2, {
  servers: [aServer('dc2', 'dc2-s1', '10.2.0.1'), aServer('dc2', 'dc2-s2', '10.2.0.2')],
})

function waysOf(first: ServerView['remote'], second: ServerView['remote']): string[] {
  const views = {'dc2/dc2-s1': first ? {remote: first} : {}, 'dc2/dc2-s2': second ? {remote: second} : {}}
  return [...answeredWays(datacenter, 'dc1', views)]
}

describe('ways to other datacenters over which there are answers', () => {
  it('are those to secondaries that answer every server, with services or with a leader', () => {
    expect(waysOf({dc3: services, dc4: silent}, {dc3: leader, dc4: services})).toEqual(['dc3'])
  })

  it('are none to the primary, which the servers of a secondary may reach around their own gateways', () => {
    expect(waysOf({dc1: services, dc3: services}, {dc1: services, dc3: services})).toEqual(['dc3'])
  })

  it('are none where one server was not asked', () => {
    expect(waysOf({dc3: services}, undefined)).toEqual([])
  })
})
