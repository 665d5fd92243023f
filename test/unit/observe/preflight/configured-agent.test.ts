import {describe, expect, it} from 'vitest'

import {agentConfig} from '../../../../src/config/agent-config.js'
import {agentHcl} from '../../../../src/config/agent-hcl.js'
import {nodeLayout} from '../../../../src/config/node-layout.js'
import {readHcl} from '../../../../src/config/read-hcl.js'
import {secondariesOf} from '../../../../src/federation/selectors.js'
import {configuredAgent} from '../../../../src/observe/preflight/configured-agent.js'
import {aDatacenter, aFederation} from '../../../fixtures/federation.js'

describe('the agent that a configuration makes', () => {
  it.each(['1.8.7', '1.12.9', '1.13.9', '1.17.3'])(
    'is what the federation file says, for Consul %s',
    async (consul) => {
      const model = aFederation({datacenters: [aDatacenter(1, {consul}), aDatacenter(2, {consul})]})
      const [server] = secondariesOf(model).flatMap(({servers}) => servers)
      if (!server) throw new Error('the federation has no secondary')
      const config = agentConfig(model, server, {}, nodeLayout(model, server))
      expect(configuredAgent(readHcl(await agentHcl(config)) ?? {}, consul)).toMatchObject({
        aclDefaultPolicy: model.acl.defaultPolicy,
        aclEnabled: true,
        connectEnabled: true,
        datacenter: 'dc2',
        domain: 'consul',
        meshGatewayFederation: true,
        nodeName: server.name,
        primaryDatacenter: 'dc1',
        primaryGateways: ['127.7.1.21:8443'],
        retryJoinWan: [],
        server: true,
        tls: {ca: true, cert: true, verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true},
        tokenReplication: true,
        version: consul,
      })
    },
  )

  it.each([
    ['1.8.7', false],
    ['1.14.0', true],
  ])('has what Consul %s does by default where the configuration says nothing', (version, connectEnabled) => {
    expect(configuredAgent({}, version)).toEqual({
      aclDefaultPolicy: 'allow',
      aclDownPolicy: 'extend-cache',
      aclEnabled: false,
      connectEnabled,
      datacenter: 'dc1',
      domain: 'consul',
      meshGatewayFederation: false,
      nodeName: '',
      primaryDatacenter: 'dc1',
      primaryGateways: [],
      retryJoinWan: [],
      server: false,
      tls: {ca: false, cert: false, verifyIncoming: false, verifyOutgoing: false, verifyServerHostname: false},
      tokenReplication: false,
      version,
    })
  })

  it('keeps the keys of a cloud account out', () => {
    const entry = 'provider=aws access_key_id=AKIA secret_access_key=hush tag_key=a tag_value=b'
    expect(JSON.stringify(configuredAgent({primary_gateways: [entry]}, '1.8.7'))).not.toContain('hush')
  })
})
