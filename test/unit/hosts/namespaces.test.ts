import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {type Namespaces, readNamespaces, writeNamespaces} from '../../../src/hosts/namespaces.js'
import {namespacesFor} from '../../../src/lab/isolation/network-plan.js'

describe('the namespaces of a workspace', () => {
  const own = namespacesFor(['dc1', 'dc5'], 70, 'a1b2')
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-namespaces-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  it('are those that a lab gives itself', async () => {
    await writeNamespaces(workspace, own)
    expect(await readNamespaces(workspace)).toEqual(own)
  })

  it.each<[string, Partial<Namespaces>]>([
    ['an interface of the machine', {wan: 'eth0'}],
    ['another namespace', {datacenters: {dc1: 'production'}}],
    ['an option', {wan: '-all'}],
    ['more than a name', {wan: `${own.wan} type veth`}],
  ])('are never %s, which would be removed with the lab', async (_what, change) => {
    await writeNamespaces(workspace, {...own, ...change})
    await expect(readNamespaces(workspace)).rejects.toMatchObject({code: 'workspace.invalid'})
  })
})
