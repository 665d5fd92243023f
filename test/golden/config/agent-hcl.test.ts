import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'

import type {ConfigSecrets} from '../../../src/config/config-secrets.js'
import {renderNode} from '../../../src/config/render-node.js'
import type {Federation} from '../../../src/federation/model.js'
import {aFederation} from '../../fixtures/federation.js'
import {aFederationOf, aFullFederation, agentFor, fakeSecrets, type Role, roles} from '../../unit/config/federations.js'

const folder = dirname(fileURLToPath(import.meta.url))
const {initialManagementToken, ...secrets} = fakeSecrets

async function hclOf(federation: Federation, role: Role, given: ConfigSecrets = secrets): Promise<string> {
  const [config] = await renderNode(federation, agentFor(federation, role), given, undefined)
  return config?.content ?? ''
}

/** Compares byte for byte; with UPDATE_GOLDEN=1 the file is written instead. */
async function expectGolden(name: string, content: string): Promise<void> {
  const file = join(folder, name)
  if (process.env.UPDATE_GOLDEN === '1') {
    await mkdir(dirname(file), {recursive: true})
    await writeFile(file, content)
  }
  expect(content).toBe(await readFile(file, 'utf8'))
}

describe.each(['1.8.7', '1.11.11', '1.12.9', '1.13.9', '1.14.7', '1.17.3', '1.21.4', '2.1.0'])(
  'Consul %s',
  (version) => {
    it.each(roles)('has this configuration for a %s', async (role) => {
      await expectGolden(join(version, `${role}.hcl`), await hclOf(aFederationOf(version), role))
    })

    it.each(roles)('has this configuration for a %s with everything set', async (role) => {
      await expectGolden(join(version, `${role}-full.hcl`), await hclOf(aFullFederation(version), role))
    })
  },
)

describe('other federations', () => {
  it.each(roles)('has this configuration for a %s with via: wan-gossip', async (role) => {
    await expectGolden(join('wan-gossip', `${role}.hcl`), await hclOf(aFederation({via: 'wan-gossip'}), role))
  })

  it.each(roles)('has this configuration for a %s without ACLs, TLS and gossip encryption', async (role) => {
    const {acl, tls} = aFederation()
    const open = {acl: {...acl, enabled: false}, gossip: {encryption: false}, tls: {...tls, enabled: false}}
    await expectGolden(join('open', `${role}.hcl`), await hclOf(aFederation({...open, via: 'wan-gossip'}), role, {}))
  })

  it('has this configuration for the first start of a primary server before 1.15', async () => {
    const hcl = await hclOf(aFederationOf('1.8.7'), 'primary-server', {...secrets, initialManagementToken})
    await expectGolden(join('1.8.7', 'primary-server-first-start.hcl'), hcl)
  })

  it('has the same bytes when it is rendered again', async () => {
    const federation = aFullFederation('1.17.3')
    expect(await hclOf(federation, 'secondary-server')).toBe(await hclOf(federation, 'secondary-server'))
  })
})
