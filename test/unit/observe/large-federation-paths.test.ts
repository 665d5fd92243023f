import {afterEach, beforeEach, expect, test} from 'vitest'

import type {Federation} from '../../../src/federation/model.js'
import {observeGatewayPaths} from '../../../src/observe/gateway-paths.js'
import {readProbeTrust} from '../../../src/observe/probe-trust.js'
import type {RemoteAnswers, ServerView} from '../../../src/observe/snapshot.js'
import {aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'
import {issueWorkspace} from './issued-workspace.js'
import {type TestWorkspace, testWorkspace} from './looking.js'

/** With one server each, so many that ways between them are chosen. */
const names = Array.from({length: 33}, (_, index) => `dc${index + 1}`)
const answered: RemoteAnswers = {leader: {ok: true, value: '10.0.0.1:8300'}, services: {ok: true, value: 1}}
const refused: RemoteAnswers = {
  leader: {failure: {kind: 'refused', message: 'no path'}, ok: false},
  services: {failure: {kind: 'refused', message: 'no path'}, ok: false},
}

let workspace: TestWorkspace
let federation: Federation

beforeEach(async () => {
  workspace = await testWorkspace()
  federation = aFederation({
    datacenters: names.map((name, index) =>
      aDatacenter(index + 1, {
        gateways: [aGateway(name, `${name}-gw1`, '127.44.7.99', `${name}-c1`, {port: 9, wanPort: 9})],
        servers: [aServer(name, `${name}-s1`, `127.44.1.${index + 1}`)],
      }),
    ),
    workspace: workspace.folder,
  })
  await issueWorkspace(federation)
})

afterEach(() => workspace.remove())

async function triedFrom(name: string, views: Readonly<Record<string, ServerView>>, full = false): Promise<string[]> {
  const {identity} = await readProbeTrust(federation)
  if ('skipped' in identity) expect.fail(identity.skipped)
  const signal = new AbortController().signal
  const paths = await observeGatewayPaths(federation, federation.datacenters, {
    cancelled: signal,
    deadline: signal,
    full,
    identity,
    views: Promise.resolve(views),
  })
  return paths.filter(({gateway}) => gateway === `${name}/${name}-gw1`).map(({target = ''}) => target)
}

test('in a large federation, only ways to the primary and those over which no answer comes are tried', async () => {
  const remote = Object.fromEntries(names.map((name) => [name, name === 'dc7' ? refused : answered]))
  const views = {'dc2/dc2-s1': {remote}}
  expect(await triedFrom('dc2', views)).toEqual(['dc2/dc2-s1', 'dc1/dc1-s1', 'dc7/dc7-s1'])
  expect(await triedFrom('dc3', views)).toHaveLength(names.length)
  expect(await triedFrom('dc2', views, true)).toHaveLength(names.length)
})
