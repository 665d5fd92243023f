import {expect, it} from 'vitest'

import {sayWhoseToken} from '../../../src/cli/whose-token.js'
import {aFederation} from '../../fixtures/federation.js'

const datacenters = aFederation().datacenters.map((datacenter) => ({
  ...datacenter,
  servers: datacenter.servers.map((server) => ({...server, api: {...server.api, token: {from: 'default' as const}}})),
}))
const federation = aFederation({datacenters})
const token = {accessorId: 'an-accessor', secretId: 'a-secret'}

const saidWith = (known: typeof token | undefined, env: Record<string, string>) => {
  const said: string[] = []
  sayWhoseToken(federation, {knownToken: () => known}, {env, talk: (line) => said.push(line)})
  return said
}

it('names the variable whose token stands in for that of the workspace, where the workspace has one', () => {
  const env = {CONSUL_HTTP_TOKEN_FILE: '/run/token'}
  expect(saidWith(token, env)).toEqual(['the token of CONSUL_HTTP_TOKEN_FILE is used, not that of the workspace'])
  expect(saidWith(undefined, env)).toEqual([])
  expect(saidWith(token, {})).toEqual([])
})
