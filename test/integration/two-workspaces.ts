import {copyFile, mkdir, readFile, rename, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'vitest'

import {consulVersion, fedctl} from './fedctl.js'

export interface Workspaces {
  /** First two bytes of the addresses; the third is the number of the datacenter. */
  readonly network: string
  /** Folder of the workspace of dc1; that of the federation afterwards. */
  readonly one: string
  /** Folder of the workspace in which dc2 is its own primary. */
  readonly two: string
}

/** Two datacenters that know nothing of each other, each its own primary in a workspace of its own; CA and gossip key are the same. */
export async function twoPrimaries({network, one, two}: Workspaces, servers: number): Promise<void> {
  await init(one, `${network}.1`, servers)
  await bootstrapPrimary(one)
  await init(two, `${network}.2`, servers)
  await mkdir(join(two, 'pki'), {recursive: true})
  for (const file of ['ca.pem', 'ca-key.pem']) await copyFile(join(one, 'pki', file), join(two, 'pki', file))
  const {gossipKey} = JSON.parse(await readFile(join(one, '.fedctl', 'secrets.json'), 'utf8')) as {gossipKey: string}
  await writeFile(join(two, 'gossip.key'), gossipKey, {mode: 0o600})
  await edit(two, (text) => text.replace('# key_file: .fedctl/gossip.key', 'key_file: gossip.key'))
  await bootstrapPrimary(two)
}

/** Puts dc2 into the federation file of dc1, and what fedctl runs of it into that workspace. Its agents find their files where they were. */
export async function takeOver({one, two}: Pick<Workspaces, 'one' | 'two'>): Promise<void> {
  const theirs = await readFile(join(two, 'federation.yaml'), 'utf8')
  const [, datacenter = ''] = theirs.split('datacenters:\n')
  await edit(one, (text) => `${text.trimEnd()}\n${datacenter}`)
  for (const folder of ['rendered', '.fedctl/run']) {
    await rename(join(two, folder, 'dc2'), join(one, folder, 'dc2'))
    await symlink(join(one, folder, 'dc2'), join(two, folder, 'dc2'))
  }
}

/** @param block the first three bytes of its addresses. */
async function init(cwd: string, block: string, servers: number): Promise<void> {
  await mkdir(cwd, {recursive: true})
  const name = `dc${block.split('.').at(-1)}`
  const addresses = Array.from({length: servers}, (_, index) => ['--server', `${name}=${block}.${index + 1}`])
  const version = (await consulVersion()).replace(/[^\d.].*$/, '')
  const gateway = ['--gateway', `${name}=${block}.11`]
  const made = await fedctl(['init', '--host', 'local', '--consul', version, ...addresses.flat(), ...gateway], {cwd})
  expect(made, made.stderr).toMatchObject({exitCode: 0})
  const quick = '  raft_multiplier: 1\n  retry_interval: 1s\n  retry_interval_wan: 1s\n'
  await edit(cwd, (text) =>
    text
      .replaceAll(/^ {2}# (raft_multiplier|retry_interval.*): .*\n/gm, '')
      .replace('  log_level: info\n', `  log_level: info\n${quick}`),
  )
}

async function bootstrapPrimary(cwd: string): Promise<void> {
  const done = await fedctl(['bootstrap', 'primary'], {cwd})
  expect(done, done.stderr).toMatchObject({exitCode: 0})
}

async function edit(folder: string, change: (text: string) => string): Promise<void> {
  const file = join(folder, 'federation.yaml')
  await writeFile(file, change(await readFile(file, 'utf8')))
}
