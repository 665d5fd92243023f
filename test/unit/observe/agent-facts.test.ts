import {expect, test} from 'vitest'

import type {AgentSelf} from '../../../src/consul/types.js'
import {readAgentFacts} from '../../../src/observe/agent-facts.js'
import {recorded} from './recorded-consul.js'

const config = {Datacenter: 'dc2', NodeID: 'b47e9d5b-b963-e9e3-fe6b-93533d2f6ed9', NodeName: 'dc2-s1', Server: true}
const everywhere = {
  ACLTokenReplication: true,
  ACLsEnabled: true,
  AdvertiseAddrWAN: '192.0.2.7',
  ConnectEnabled: true,
  ConnectMeshGatewayWANFederationEnabled: true,
  DNSDomain: 'corp.example.',
  PrimaryDatacenter: 'dc1',
  PrimaryGateways: ['gw.dc1.example:8443'],
  RetryJoinWAN: [],
  StartJoinAddrsWAN: [],
}
const flatTls = {
  CAFile: '',
  CAPath: '/etc/consul.d/ca',
  CertFile: '/etc/consul.d/cert.pem',
  VerifyIncoming: false,
  VerifyIncomingRPC: true,
  VerifyOutgoing: true,
  VerifyServerHostname: true,
}

/** An answer for `/v1/agent/self` with these parts. */
function selfOf(version: string, debugConfig: object, more: object = {}): AgentSelf {
  return {
    Config: {...config, ...(version.startsWith('1.8') ? {} : {PrimaryDatacenter: 'dc1'}), Version: version},
    DebugConfig: {...everywhere, ...debugConfig},
    Member: {Addr: '192.0.2.1', Name: 'dc2-s1', Port: 8301, Status: 1, Tags: {}},
    ...more,
  }
}

const facts = {
  aclDefaultPolicy: 'deny',
  aclDownPolicy: 'extend-cache',
  aclEnabled: true,
  advertiseAddrWan: '192.0.2.7',
  connectEnabled: true,
  datacenter: 'dc2',
  domain: 'corp.example',
  meshGatewayFederation: true,
  nodeId: config.NodeID,
  nodeName: 'dc2-s1',
  primaryDatacenter: 'dc1',
  primaryGateways: ['gw.dc1.example:8443'],
  retryJoinWan: [],
  server: true,
  tls: {ca: true, cert: true, verifyIncoming: true, verifyOutgoing: true, verifyServerHostname: true},
  tokenReplication: true,
}

test('reads an answer of 1.10, with everything in flat fields', () => {
  const xDS = {SupportedProxies: {envoy: ['1.18.4', '1.17.4']}}
  const policies = {ACLDefaultPolicy: 'deny', ACLDownPolicy: 'extend-cache'}
  const answer = selfOf('1.10.3', {...policies, ...flatTls}, {xDS})
  expect(readAgentFacts(answer)).toEqual({...facts, envoyVersions: ['1.18.4', '1.17.4'], version: '1.10.3'})
})

test('reads an answer of 1.11, which has the ACL settings in one place and TLS flat', () => {
  const ACLResolverSettings = {ACLDefaultPolicy: 'deny', ACLDownPolicy: 'extend-cache', ACLsEnabled: true}
  const answer = selfOf('1.11.2', {ACLResolverSettings, ...flatTls})
  expect(readAgentFacts(answer)).toEqual({...facts, version: '1.11.2'})
})

test('reads an answer of 1.12 and newer, which has TLS settings per listener', () => {
  const ACLResolverSettings = {ACLDefaultPolicy: 'deny', ACLDownPolicy: 'extend-cache', ACLsEnabled: true}
  const off = {
    CAFile: '',
    CAPath: '',
    CertFile: '',
    VerifyIncoming: false,
    VerifyOutgoing: false,
    VerifyServerHostname: false,
  }
  const InternalRPC = {...off, ...flatTls, VerifyIncoming: true}
  const answer = selfOf('1.21.4', {ACLResolverSettings, TLS: {GRPC: off, HTTPS: off, InternalRPC}})
  expect(readAgentFacts(answer)).toEqual({...facts, version: '1.21.4'})
})

test('leaves out what an agent does not say', () => {
  const answer = {Config: {...config, Version: '1.8.0'}, DebugConfig: {}} as AgentSelf
  expect(readAgentFacts(answer)).toEqual({
    datacenter: 'dc2',
    nodeId: config.NodeID,
    nodeName: 'dc2-s1',
    server: true,
    version: '1.8.0',
  })
})

test('sees that a listener has neither CA nor certificate, as 1.8.7 tells it', async () => {
  const answer = (await recorded('agent-self.json')) as AgentSelf
  const bare = {...answer, DebugConfig: {...answer.DebugConfig, CAFile: '', CertFile: '', VerifyIncomingRPC: false}}
  expect(readAgentFacts(bare).tls).toEqual({
    ca: false,
    cert: false,
    verifyIncoming: false,
    verifyOutgoing: true,
    verifyServerHostname: true,
  })
})

test('reads what Consul 1.22.0 answered, whose lab is as its file says', async () => {
  expect(readAgentFacts((await recorded('agent-self.json', '1.22.0')) as AgentSelf)).toEqual({
    ...facts,
    advertiseAddrWan: '127.44.2.1',
    domain: 'consul',
    nodeId: 'bf8740d7-c29d-4f3d-8aa1-800fec92dfe2',
    primaryGateways: ['127.44.1.11:8443'],
    version: '1.22.0',
  })
})

test('puts all joins over the WAN together, and hides the keys of cloud accounts', () => {
  const answer = selfOf('1.10.3', {
    PrimaryGateways: ['provider=aws tag_value=gw secret_access_key=abcdef0123456789'],
    RetryJoinWAN: ['198.51.100.1', 'provider=azure secret_access_key="a b" tenant_id=t'],
    StartJoinAddrsWAN: ['198.51.100.2'],
  })
  expect(readAgentFacts(answer)).toMatchObject({
    primaryGateways: ['provider=aws tag_value=gw secret_access_key=hidden'],
    retryJoinWan: ['198.51.100.1', 'provider=azure secret_access_key=hidden tenant_id=t', '198.51.100.2'],
  })
})
