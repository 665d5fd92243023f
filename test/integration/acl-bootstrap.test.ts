import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {bootstrapAcl, managementResolves} from '../../src/acl/bootstrap.js'
import {tokenSelf} from '../../src/consul/api.js'
import {Secrets} from '../../src/federation/secrets.js'
import {type RunningServer, Servers, startFront, until} from './acl-consul.js'

let consul: Servers
let workspace: string
let secrets: Secrets

beforeEach(async () => {
  consul = await Servers.inTemporaryFolder()
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-acl-workspace-'))
  secrets = await Secrets.load(workspace)
})

afterEach(async () => {
  await consul.stop()
  await rm(workspace, {force: true, recursive: true})
})

/** Waits until the server has a leader that answers questions about ACLs. */
async function ready(server: RunningServer): Promise<void> {
  const client = consul.client(server.url)
  await until('ACLs answer', async () => {
    try {
      await tokenSelf(client, {token: randomUUID()})
      return false
    } catch (error) {
      return error instanceof Error && error.message.includes('ACL not found')
    }
  })
}

const resolves = async (server: RunningServer, secretId: string | undefined) =>
  (await tokenSelf(consul.client(server.url), {token: secretId ?? ''})).Policies?.map(({Name}) => Name)

describe('servers that were started with the management token of the workspace', () => {
  it('know it once they have a leader, and Consul is not asked for another one', async () => {
    const {accessorId, secretId} = await secrets.token('management')
    const server = await consul.start({address: '127.143.3.1', initialManagement: secretId, node: 's1'})
    const servers = consul.asAclServers([server])
    await until('the token resolves', async () => managementResolves({secrets, servers}))
    expect(await bootstrapAcl({initialTokenConfigured: true, secrets, servers})).toBe('known')
    const kept = (await Secrets.load(workspace)).knownToken('management')
    expect(kept?.secretId).toBe(secretId)
    expect(kept?.accessorId).not.toBe(accessorId)
    expect(await resolves(server, kept?.secretId)).toEqual(['global-management'])
  })

  it('are not bootstrapped over where they do not know it', async () => {
    await secrets.token('management')
    const server = await consul.start({address: '127.143.3.2', node: 's1'})
    await ready(server)
    const servers = consul.asAclServers([server])
    await expect(bootstrapAcl({initialTokenConfigured: true, secrets, servers})).rejects.toMatchObject({exitCode: 5})
    expect(await bootstrapAcl({secrets, servers})).toBe('bootstrapped')
  })
})

describe('servers without a management token', () => {
  it('are bootstrapped once, and the token that Consul gives is kept', async () => {
    const server = await consul.start({address: '127.143.3.3', node: 's1'})
    const servers = consul.asAclServers([server])
    // There is no leader yet: it is waited for.
    await until(
      'the server answers',
      async () => (await consul.client(server.url).request('/v1/status/leader')) !== undefined,
    )
    expect(await bootstrapAcl({secrets, servers})).toBe('bootstrapped')
    const kept = (await Secrets.load(workspace)).knownToken('management')
    expect(await resolves(server, kept?.secretId)).toEqual(['global-management'])
    expect((await tokenSelf(consul.client(server.url), {token: kept?.secretId ?? ''})).AccessorID).toBe(
      kept?.accessorId,
    )
    expect(await bootstrapAcl({secrets: await Secrets.load(workspace), servers})).toBe('known')
  })

  it('that somebody else bootstrapped are used with the token that the operator supplies', async () => {
    const server = await consul.start({address: '127.143.3.4', node: 's1'})
    await ready(server)
    const foreign = await consul.client(server.url).request<{SecretID: string}>('/v1/acl/bootstrap', {method: 'PUT'})
    const supplied = consul.asAclServers([server], foreign.SecretID)
    expect(await bootstrapAcl({secrets, servers: supplied})).toBe('supplied')
    expect(secrets.knownToken('management')).toBeUndefined()
  })

  it('that somebody else bootstrapped are refused without one, and the reset that is named helps', async () => {
    const server = await consul.start({address: '127.143.3.5', node: 's1'})
    await ready(server)
    await consul.client(server.url).request('/v1/acl/bootstrap', {method: 'PUT'})
    const refusal: unknown = await bootstrapAcl({secrets, servers: consul.asAclServers([server], randomUUID())}).catch(
      (error: unknown) => error,
    )
    expect(refusal).toMatchObject({code: 'consul.refused', exitCode: 5})
    const {suggestions} = refusal as {suggestions: string[]}
    expect(suggestions[0]).toContain('CONSUL_HTTP_TOKEN')
    const index = /write (\d+) into acl-bootstrap-reset/.exec(suggestions.at(-1) ?? '')?.[1] ?? ''
    await writeFile(join(consul.folder, 's1', 'data', 'acl-bootstrap-reset'), index)
    expect(await bootstrapAcl({secrets, servers: consul.asAclServers([server])})).toBe('bootstrapped')
    expect(await resolves(server, secrets.knownToken('management')?.secretId)).toEqual(['global-management'])
  })

  it('say so where ACLs are off', async () => {
    const server = await consul.start({address: '127.143.3.6', acl: false, node: 's1'})
    await until(
      'the server has a leader',
      async () => (await consul.client(server.url).request('/v1/status/leader')) !== '',
    )
    const servers = consul.asAclServers([server])
    await expect(bootstrapAcl({secrets, servers})).rejects.toThrow('ACLs are off at http://127.143.3.6:8500')
  })

  it('show the window of versions before 1.15: an answer that is lost takes the secret with it', async () => {
    const server = await consul.start({address: '127.143.3.7', node: 's1'})
    await ready(server)
    const front = await startFront(server.url, (_index, method) => (method === 'PUT' ? 'lose-answer' : 'pass'))
    const [real] = consul.asAclServers([server])
    const servers = [{client: consul.client(front.url), datacenter: 'dc1', id: 'dc1/front'}]
    await expect(bootstrapAcl({secrets, servers})).rejects.toMatchObject({code: 'consul.unreachable'})
    await front.close()
    await expect(bootstrapAcl({secrets, servers: real ? [real] : []})).rejects.toThrow('somebody else has bootstrapped')
  })
})

/** As much of 1.15 and newer as bootstrapping meets: it takes the chosen secret, once, and chooses the accessor. */
async function startNewerConsul(onBootstrap: (response: ServerResponse, answer: string) => void) {
  const tokens = new Map<string, string>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const sent = String(request.headers['x-consul-token'] ?? '')
      const known = tokens.get(sent)
      if (request.url?.startsWith('/v1/acl/bootstrap')) {
        if (tokens.size > 0) {
          response.writeHead(403).end('Permission denied: ACL bootstrap no longer allowed (reset index: 14)')
          return
        }
        const {BootstrapSecret} = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {BootstrapSecret: string}
        const AccessorID = randomUUID()
        tokens.set(BootstrapSecret, AccessorID)
        onBootstrap(response, JSON.stringify({AccessorID, SecretID: BootstrapSecret}))
      } else if (known === undefined) {
        const text =
          tokens.size === 0
            ? 'ACL system must be bootstrapped before making any requests that require authorization: ACL not found'
            : 'ACL not found'
        response.writeHead(403).end(text)
      } else response.end(JSON.stringify({AccessorID: known, SecretID: sent}))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {close: () => server.close().closeAllConnections(), tokens, url: `http://127.0.0.1:${port}`}
}

describe('a Consul that takes the chosen secret', () => {
  it('ends with the secret that was saved before, and the accessor that Consul chose', async () => {
    let savedBefore: string | undefined
    const newer = await startNewerConsul((response, answer) => {
      void readFile(join(workspace, '.fedctl', 'secrets.json'), 'utf8').then((text) => {
        savedBefore = text
        response.end(answer)
      })
    })
    const servers = [{client: consul.client(newer.url), datacenter: 'dc1', id: 'dc1/s1'}]
    expect(await bootstrapAcl({secrets, servers})).toBe('bootstrapped')
    const kept = (await Secrets.load(workspace)).knownToken('management')
    expect([...newer.tokens]).toEqual([[kept?.secretId, kept?.accessorId]])
    expect(savedBefore).toContain(kept?.secretId)
    newer.close()
  })

  it('is known again where its answer was lost, and one of several servers is enough', async () => {
    const newer = await startNewerConsul((response) => response.destroy())
    const servers = [1, 2].map((n) => ({client: consul.client(newer.url), datacenter: 'dc1', id: `dc1/s${n}`}))
    expect(await bootstrapAcl({secrets, servers})).toBe('bootstrapped')
    const kept = (await Secrets.load(workspace)).knownToken('management')
    expect([...newer.tokens]).toEqual([[kept?.secretId, kept?.accessorId]])
    expect(await bootstrapAcl({secrets: await Secrets.load(workspace), servers})).toBe('known')
    newer.close()
  })

  it('is known again by a later run where the only answer was lost', async () => {
    const newer = await startNewerConsul((response) => response.destroy())
    const servers = [{client: consul.client(newer.url), datacenter: 'dc1', id: 'dc1/s1'}]
    await expect(bootstrapAcl({secrets, servers})).rejects.toMatchObject({code: 'consul.unreachable'})
    const later = await Secrets.load(workspace)
    expect(await bootstrapAcl({secrets: later, servers})).toBe('known')
    expect([...newer.tokens]).toEqual([
      [later.knownToken('management')?.secretId, later.knownToken('management')?.accessorId],
    ])
    newer.close()
  })
})
