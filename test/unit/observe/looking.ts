import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Credentials} from '../../../src/consul/access.js'
import type {ApiAccess, Federation} from '../../../src/federation/model.js'
import {Secrets} from '../../../src/federation/secrets.js'
import {observe, type ObserveOptions} from '../../../src/observe/observe.js'
import type {Answer, Snapshot} from '../../../src/observe/snapshot.js'
import {systemClock} from '../../../src/system/clock.js'
import type {Ports} from '../../../src/system/ports.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'

/** The token that fedctl sends in these tests. */
export const verifierToken = {
  accessorId: '5d6e2f5a-0f8b-4c58-9f3e-6a7c1a3f0b01',
  secretId: 'c1f0c9de-3f0b-4a0a-8a77-55b1f4d9e702',
}

/** A workspace in a temporary folder that keeps a verifier token. */
export interface TestWorkspace {
  readonly credentials: Credentials
  readonly folder: string
  remove(): Promise<void>
}

export async function testWorkspace(): Promise<TestWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'fedctl-observe-'))
  const secrets = await Secrets.load(folder)
  await secrets.keepToken('verifier', verifierToken)
  return {
    credentials: {env: {}, roles: ['verifier', 'management'], secrets},
    folder,
    remove: () => rm(folder, {force: true, recursive: true}),
  }
}

export function testPorts(overrides: Partial<Ports> = {}): Ports {
  return {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined, ...overrides}
}

/** Servers of dc2 behind these URLs, named dc2-s1, dc2-s2 …, in a federation whose primary dc1 has no servers to ask. */
export function serversBehind(workspace: string, urls: readonly string[], access: Partial<ApiAccess> = {}): Federation {
  const servers = urls.map((url, index) =>
    aServer('dc2', `dc2-s${index + 1}`, `127.44.2.${index + 1}`, {api: {token: {from: 'default'}, url, ...access}}),
  )
  return aFederation({
    datacenters: [aDatacenter(1, {gateways: [], servers: []}), aDatacenter(2, {gateways: [], servers})],
    workspace,
  })
}

/** A snapshot with short time-outs, so that what hangs is found out soon. */
export function look(
  federation: Federation,
  {credentials}: TestWorkspace,
  options: Pick<ObserveOptions, 'observations'> & Partial<ObserveOptions>,
): Promise<Snapshot> {
  return observe(federation, {
    credentials,
    fedctlVersion: '0.1.0',
    ports: testPorts(),
    timeouts: {requestMs: 1000},
    ...options,
  })
}

/** The value of an answer. @throws Error with its failure where there is none. */
export function valueOf<T>(answer: Answer<T> | undefined): T {
  if (answer?.ok) return answer.value
  throw new Error(answer ? `${answer.failure.kind}: ${answer.failure.message}` : 'it was not asked')
}

/** Why there is no answer, or `answered`. */
export function kindOf(answer: Answer<unknown> | undefined): string | undefined {
  return answer && (answer.ok ? 'answered' : answer.failure.kind)
}
