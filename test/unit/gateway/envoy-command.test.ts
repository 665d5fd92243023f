import {describe, expect, it} from 'vitest'

import {nodeLayout} from '../../../src/config/node-layout.js'
import {gatewayPathsOf, renderEnvoyCommand} from '../../../src/gateway/envoy-command.js'
import {renderEnvoyUnit} from '../../../src/gateway/envoy-unit.js'
import type {Agent, Gateway} from '../../../src/federation/model.js'
import {aClient, aDatacenter, aFederation, aGateway, standardPorts} from '../../fixtures/federation.js'

const dc1 = aDatacenter(1)

function federationWith(agent: Partial<Agent> = {}, gateway: Partial<Gateway> = {}, consul = '1.17.3') {
  const client = aClient('dc1', 'dc1-c1', '10.1.0.11', agent)
  const beside = aGateway('dc1', 'dc1-gw1', '10.1.0.11', 'dc1-c1', {wanAddress: '192.0.2.11', wanPort: 443, ...gateway})
  const federation = aFederation({datacenters: [{...dc1, clients: [client], consul, gateways: [beside]}]})
  return {beside, federation}
}

/** The flags one by one. */
function flagsOf(...given: Parameters<typeof federationWith>): string[] {
  const {beside, federation} = federationWith(...given)
  return renderEnvoyCommand(federation, beside)
    .split(' \\\n')
    .map((line) => line.trim())
}

describe('renderEnvoyCommand', () => {
  it('registers a gateway that exposes servers, with its addresses and its token from a file', () => {
    expect(flagsOf()).toEqual([
      'consul connect envoy',
      '-gateway=mesh',
      '-register',
      '-expose-servers',
      '-service mesh-gateway',
      '-proxy-id dc1-gw1',
      '-address 10.1.0.11:8443',
      '-wan-address 192.0.2.11:443',
      '-http-addr http://10.1.0.11:8500',
      '-grpc-addr http://10.1.0.11:8502',
      '-token-file /etc/consul.d/tokens/gateway',
    ])
  })

  it('leaves out the proxy id where it is the service name, as Consul does', () => {
    expect(flagsOf({}, {name: 'mesh-gateway'}).join(' ')).not.toContain('-proxy-id')
  })

  it('names no token file where ACLs are off', () => {
    const {beside, federation} = federationWith()
    const open = {...federation, acl: {...federation.acl, enabled: false}}
    expect(renderEnvoyCommand(open, beside)).not.toContain('token')
  })

  it('puts the admin endpoint where the file has it', () => {
    expect(flagsOf({}, {envoyAdmin: '127.0.0.1:19001'})).toContain('-admin-bind 127.0.0.1:19001')
  })

  it('passes on the name to verify over HTTPS', () => {
    const api = {serverName: 'client.dc1.consul', token: {from: 'default'}, url: 'https://10.1.0.11:8501'} as const
    const flags = flagsOf({api, ports: {...standardPorts, grpc: 8502, http: -1, https: 8501}})
    expect(flags).toContain('-http-addr https://10.1.0.11:8501')
    expect(flags).toContain('-ca-file /etc/consul.d/tls/ca.pem')
    expect(flags).toContain('-tls-server-name client.dc1.consul')
    expect(flags).toContain('-grpc-addr http://10.1.0.11:8502')
  })

  it.each([
    ['1.8.7', {grpc: 8502, https: 8501}, ['-grpc-addr https://10.1.0.11:8502', '-ca-file /etc/consul.d/tls/ca.pem']],
    ['1.12.9', {grpc: 8502, https: 8501}, ['-grpc-addr https://10.1.0.11:8502', '-ca-file /etc/consul.d/tls/ca.pem']],
    ['1.13.8', {grpc: 8502, https: 8501}, ['-grpc-addr http://10.1.0.11:8502']],
    ['1.8.7', {grpc: 8502}, ['-grpc-addr http://10.1.0.11:8502']],
    ['1.14.0', {grpc: 8502, https: 8501}, ['-grpc-addr http://10.1.0.11:8502']],
    ['1.14.0', {grpcTls: 8503}, ['-grpc-addr https://10.1.0.11:8503', '-grpc-ca-file /etc/consul.d/tls/ca.pem']],
    [
      '1.21.4',
      {grpc: 8502, grpcTls: 8503},
      ['-grpc-addr https://10.1.0.11:8503', '-grpc-ca-file /etc/consul.d/tls/ca.pem'],
    ],
  ])('reaches gRPC as Consul %s serves it with the ports %o', (version, ports, expected) => {
    const flags = flagsOf({ports: {...standardPorts, ...ports}}, {}, version)
    expect(flags.filter((flag) => /^-(grpc|ca-file)/.test(flag))).toEqual(expected)
  })

  it('refuses an agent without a gRPC port', () => {
    expect(() => flagsOf({ports: standardPorts})).toThrow(
      expect.objectContaining({code: 'federation.invalid', message: expect.stringContaining('dc1/dc1-c1') as string}),
    )
  })

  it('writes IPv6 addresses so that the shell and Consul read them', () => {
    const flags = flagsOf({address: 'fd00::11'}, {address: 'fd00::11', wanAddress: '2001:db8::11'})
    expect(flags).toContain("-address '[fd00::11]:8443'")
    expect(flags).toContain("-wan-address '[2001:db8::11]:443'")
    expect(flags).toContain("-http-addr 'http://[fd00::11]:8500'")
  })

  it('expects the CA where the rendered configuration puts it', () => {
    const {beside, federation} = federationWith()
    expect(gatewayPathsOf(federation, beside).caFile).toBe(
      nodeLayout(federation, aClient('dc1', 'dc1-c1', '10.1.0.11')).caFile,
    )
  })
})

describe('renderEnvoyUnit', () => {
  it('starts the same command, by its whole path', async () => {
    const {beside, federation} = federationWith()
    const unit = await renderEnvoyUnit(federation, beside)
    const command = renderEnvoyCommand(federation, beside)
    const words = (text: string) => text.replaceAll('\\\n', ' ').split(/\s+/)
    const [, start = ''] = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit) ?? []
    expect(words(start)).toEqual(words(command.replace('consul connect', '/usr/bin/consul connect')))
  })

  it('is a whole unit', async () => {
    const {beside, federation} = federationWith()
    const unit = await renderEnvoyUnit(federation, beside)
    const settings = unit.split('\n').filter((line) => /^(\[|[A-Z]\w+=)/.test(line) && !line.startsWith('ExecStart='))
    expect(settings).toEqual([
      '[Unit]',
      'Description=Consul mesh gateway dc1/dc1-gw1',
      'Wants=network-online.target',
      'After=network-online.target consul.service',
      'StartLimitIntervalSec=0',
      '[Service]',
      'User=consul',
      'Group=consul',
      'Restart=always',
      'RestartSec=5',
      'LimitNOFILE=65536',
      'NoNewPrivileges=true',
      '[Install]',
      'WantedBy=multi-user.target',
    ])
    expect(unit.endsWith('WantedBy=multi-user.target\n')).toBe(true)
  })

  it('may bind a port below 1024 only where it needs to', async () => {
    const {beside, federation} = federationWith()
    expect(await renderEnvoyUnit(federation, beside)).not.toContain('CAP_NET_BIND_SERVICE')
    expect(await renderEnvoyUnit(federation, {...beside, port: 443})).toContain(
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    )
  })

  it('keeps percent and dollar signs from systemd', async () => {
    const {beside, federation} = federationWith()
    const unit = await renderEnvoyUnit(federation, beside, {
      ...gatewayPathsOf(federation, beside),
      tokenFile: '/srv/100%/$x y',
    })
    expect(unit).toContain('-token-file "/srv/100%%/$$x y"')
  })
})
