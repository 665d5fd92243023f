import {constants} from 'node:os'
import {join} from 'node:path'

import {describe, expect, it} from 'vitest'

import {labEnvironment, runInLab} from '../../../src/lab/exec.js'
import {aFederation} from '../../fixtures/federation.js'

const federation = aFederation()
const server = federation.datacenters[0]?.servers[0]

describe('the environment of a program in a lab', () => {
  it('names the server and the token file, and nothing of Consul that the caller has set', () => {
    const caller = {
      CONSUL_CLIENT_CERT: '/elsewhere/cert.pem',
      CONSUL_HTTP_ADDR: 'https://elsewhere:8501',
      CONSUL_HTTP_SSL: 'true',
      CONSUL_HTTP_TOKEN: 'not-for-the-lab',
      CONSUL_NAMESPACE: 'team',
      HOME: '/home/someone',
    }
    const env = labEnvironment(federation, 'dc1', '/opt/consul-1.17', caller)
    expect(env).toEqual({
      CONSUL_HTTP_ADDR: server?.api.url,
      CONSUL_HTTP_TOKEN_FILE: join(federation.workspace, '.fedctl', 'tokens', 'management'),
      HOME: '/home/someone',
    })
  })

  it('finds the binary of the lab first where that is called consul', () => {
    const env = {PATH: '/usr/bin'}
    expect(labEnvironment(federation, 'dc1', '/opt/lab/consul', env).PATH).toBe('/opt/lab:/usr/bin')
    expect(labEnvironment(federation, 'dc1', '/opt/lab/consul', {}).PATH).toBe('/opt/lab')
    expect(labEnvironment(federation, 'dc1', '/opt/lab/consul-1.17', env).PATH).toBe('/usr/bin')
  })

  it('names no token file where ACLs are off', () => {
    const open = {...federation, acl: {...federation.acl, enabled: false}}
    expect(labEnvironment(open, 'dc1', '/opt/lab/consul', {})).not.toHaveProperty('CONSUL_HTTP_TOKEN_FILE')
  })
})

describe('a program in a lab', () => {
  const run = (script: string) => runInLab(['/bin/sh', '-c', script], {PATH: process.env.PATH}, '/opt/lab/consul')

  it('ends with its own exit code, or with the signal that ended it', async () => {
    expect(await run('exit 7')).toBe(7)
    expect(await run('kill -KILL $$')).toBe(128 + constants.signals.SIGKILL)
  })

  it('is told why it does not start', async () => {
    await expect(runInLab(['consul'], {}, '/nowhere/consul')).rejects.toMatchObject({code: 'process.failed'})
  })

  it('gets SIGTERM and SIGHUP that are sent to fedctl, and Ctrl-C stays with it', async () => {
    const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const
    const listeners = () => signals.map((signal) => process.listenerCount(signal))
    const before = listeners()
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const ended = run('exec sleep 60')
      expect(listeners()).toEqual(before.map((count) => count + 1))
      process.emit(signal, signal)
      expect(await ended).toBe(128 + constants.signals[signal])
    }
    expect(listeners()).toEqual(before)
  })
})
