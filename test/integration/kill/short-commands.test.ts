import {randomUUID} from 'node:crypto'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import pMap from 'p-map'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'

import {aclPolicies, aclPolicy} from '../../../src/consul/api.js'
import type {ConsulClient} from '../../../src/consul/client.js'
import {type AclToken, anonymousAccessorId} from '../../../src/consul/types.js'
import {readJournal} from '../../../src/federation/journal.js'
import {loadFederation} from '../../../src/federation/load.js'
import {planCertificates} from '../../../src/pki/plan-certificates.js'
import {Servers, until} from '../acl-consul.js'
import {consulVersion, fedctl, temporaryFolder} from '../fedctl.js'
import {fedctlKilled, filesBelow, isExhaustive, momentsToTry, secretsOf, withoutSecrets} from './killing.js'

const concurrency = 2
/** Where not every moment is tried: those after which something else lies on the disk or in Consul. */
const kinds = isExhaustive ? undefined : ['change-announced', 'file-half', 'journal-half', 'name', 'request']
const withinMs = 1_200_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
const workspace = (name: string) => join(folder.path, name)

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(() => folder.remove())

/** A workspace of one datacenter, with a federation file alone. */
async function init(address: string): Promise<void> {
  const consul = (await consulVersion()).replace(/[^\d.].*$/, '')
  await mkdir(workspace('fresh'))
  const made = await fedctl(['init', '--consul', consul, '--via', 'wan-gossip', '--server', `dc1=${address}`], {
    cwd: workspace('fresh'),
  })
  expect(made, made.stderr).toMatchObject({exitCode: 0})
}

async function copyOf(name: string, to: string): Promise<string> {
  await execa('cp', ['-a', workspace(name), workspace(to)])
  return workspace(to)
}

interface Trial {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What has to be the same however often it was killed. */
  readonly outcome: (root: string) => Promise<unknown>
  /** Makes the world outside the workspace fresh. */
  readonly reset?: () => Promise<void>
}

/** Kills a command at each moment of its work, each time in a fresh workspace, runs it again and compares with a run that nobody disturbed. */
async function killEverywhere({args, env = {}, outcome, reset}: Trial): Promise<number> {
  const list = join(folder.path, 'moments')
  const calm = await copyOf('fresh', 'calm')
  await reset?.()
  const undisturbed = await fedctlKilled(args, {cwd: calm, env, kinds, list, root: calm})
  expect(undisturbed, undisturbed.stderr).toMatchObject({exitCode: 0})
  const expected = await outcome(calm)
  const numbers = await momentsToTry(list)
  await pMap(
    numbers,
    async (at) => {
      const root = await copyOf('fresh', `killed-${at}`)
      await reset?.()
      const first = await fedctlKilled(args, {at, cwd: root, env, kinds, root})
      expect(first.killed, `${at}: ${first.stderr}`).toBe(true)
      const before = await secretsOf(root)
      const again = await fedctl(args, {cwd: root, env})
      expect(again, `${at}: ${again.stderr}`).toMatchObject({exitCode: 0})
      expect(await outcome(root), String(at)).toEqual(expected)
      expect(await secretsOf(root), String(at)).toMatchObject(before)
      await expectNothingOpen(root)
    },
    {concurrency: reset ? 1 : concurrency},
  )
  return numbers.length
}

/** The journal ends with a run that came to its end, and holds no secret. */
async function expectNothingOpen(root: string): Promise<void> {
  const journal = await readJournal(root)
  expect(journal.at(-1)?.event).toBe('run-done')
  const text = JSON.stringify(journal)
  for (const secret of Object.values(await secretsOf(root))) expect(text.includes(secret)).toBe(false)
}

/** What is to be said of each certificate, and the files. */
async function certificates(root: string) {
  const plan = await planCertificates(await loadFederation(join(root, 'federation.yaml')), new Date())
  return {
    files: (await filesBelow(root)).map((path) => path.replace(/\d{8}T\d{6}Z/, 'DATE')),
    items: [plan.ca, ...plan.items].map(({action, reason}) => `${action}: ${reason.replace(/CA \d+/, 'CA')}`),
  }
}

describe('a command that was killed at any moment and is run again ends as if nothing had happened', () => {
  it(
    'tls issue',
    async () => {
      await init('127.71.1.1')
      expect(await killEverywhere({args: ['tls', 'issue'], outcome: certificates})).toBeGreaterThan(8)
    },
    withinMs,
  )

  it(
    'tls issue where certificates are replaced and the old ones are kept',
    async () => {
      await init('127.71.1.1')
      expect(await fedctl(['tls', 'issue'], {cwd: workspace('fresh')})).toMatchObject({exitCode: 0})
      const file = join(workspace('fresh'), 'federation.yaml')
      await writeFile(file, (await readFile(file, 'utf8')).replace('127.71.1.1', '127.71.1.2'))
      expect(await killEverywhere({args: ['tls', 'issue'], outcome: certificates})).toBeGreaterThan(6)
    },
    withinMs,
  )

  it(
    'config render',
    async () => {
      await init('127.71.1.1')
      expect(await fedctl(['tls', 'issue'], {cwd: workspace('fresh')})).toMatchObject({exitCode: 0})
      const outcome = async (root: string) => {
        const secrets = await secretsOf(root)
        const rendered = join(root, 'rendered/dc1/dc1-s1/etc/consul.d/consul.hcl')
        return {
          configuration: withoutSecrets(await readFile(rendered, 'utf8'), secrets),
          files: await filesBelow(root),
          secrets: Object.keys(secrets).sort(),
        }
      }
      expect(await killEverywhere({args: ['config', 'render'], outcome})).toBeGreaterThan(6)
    },
    withinMs,
  )

  describe('with a real Consul', () => {
    const management = randomUUID()
    const address = '127.71.1.1'
    let consul: Servers
    let admin: ConsulClient

    beforeAll(async () => {
      consul = await Servers.inTemporaryFolder()
      const {url} = await consul.start({address, initialManagement: management, node: 'dc1-s1'})
      admin = consul.client(url, management)
      await until('the management token resolves', async () => (await aclPolicies(admin)).length > 0)
    })

    afterAll(() => consul.stop())

    const tokens = () => admin.request<AclToken[]>('/v1/acl/tokens')

    const reset = async () => {
      for (const {AccessorID, Description} of await tokens()) {
        if (AccessorID === anonymousAccessorId) {
          await admin.request(`/v1/acl/token/${AccessorID}`, {body: {AccessorID, Policies: []}, method: 'PUT'})
        } else if (Description !== 'Master Token') {
          await admin.request(`/v1/acl/token/${AccessorID}`, {method: 'DELETE'})
        }
      }
      for (const {ID, Name} of await aclPolicies(admin)) {
        if (Name !== 'global-management') await admin.request(`/v1/acl/policy/${ID}`, {method: 'DELETE'})
      }
    }

    const policies = async () => {
      const all = await Promise.all((await aclPolicies(admin)).map(({ID}) => aclPolicy(admin, ID)))
      return Object.fromEntries(all.map(({Name, Rules}) => [Name, Rules]))
    }

    it(
      'acl apply',
      async () => {
        await init(address)
        const outcome = async (root: string) => {
          const secrets = await secretsOf(root)
          const made = await tokens()
          const known = await Promise.all(
            Object.values(secrets).map(async (secret) =>
              admin.request<AclToken>('/v1/acl/token/self', {token: secret}),
            ),
          )
          return {
            files: await filesBelow(root),
            known: known.map(({Description}) => Description).sort(),
            policies: await policies(),
            tokens: made
              .map(({Description, Policies}) => `${Description}: ${Policies?.map(({Name}) => Name).join(' ')}`)
              .sort(),
          }
        }
        const env = {CONSUL_HTTP_TOKEN: management}
        expect(await killEverywhere({args: ['acl', 'apply'], env, outcome, reset})).toBeGreaterThan(6)
      },
      withinMs,
    )
  })
})
