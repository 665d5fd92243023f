import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {readJournal} from '../../../src/federation/journal.js'
import type {Export} from '../../../src/holdings/export.js'
import type {ExportIndex} from '../../../src/holdings/export-index.js'
import {type Ended, fedctl, temporaryFolder} from '../fedctl.js'
import {brief, clashing, keeper, local, ownHoldings, shop} from '../own-holdings.js'
import {takeOver, twoPrimaries} from '../two-workspaces.js'
import {fedctlKilled, isExhaustive} from './killing.js'

const withinMs = 7_200_000
/** A run that is not killed any more has to come; each one that is killed gets further. */
const mostRuns = 1200
const network = '127.154'

/** Where not every moment is tried: those between which something else lies in the datacenter or in the export. */
const match = [
  String.raw`^change-\w+ .*/(begin|relink-tokens|account) `,
  '^change-announced .*/change-servers .* restart ',
  '^spawn (before|after) .*-s1/',
  '^change-done .*/register-again .* register ',
].join('|')

describe('a datacenter on its own whose move was killed again and again', {timeout: 300_000}, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let ownToken = ''
  let last: Ended
  let before: {held: Awaited<ReturnType<typeof held>>; untouched: Awaited<ReturnType<typeof untouched>>}
  const kills: string[] = []
  /** By path, as they were when they were first seen. */
  const exported = new Map<string, string>()
  const one = () => join(folder.path, 'one')
  const two = () => join(folder.path, 'two')
  const tokenFile = () => join(two(), '.fedctl', 'tokens', 'management')
  const management = () => readFile(join(one(), '.fedctl', 'tokens', 'management'), 'utf8')
  const {held, mayReadKeys, seed, untouched} = ownHoldings(network, {management, ownToken: () => ownToken})

  /** From its beginning on the move goes on with what it was told before, and with the token that it has made known. */
  const flags = (runsSinceBegin: number): string[] => {
    const own = ['--own-token-file', tokenFile()]
    return [[...own, '--adopt'], own, ['--adopt'], []][runsSinceBegin % 4] ?? []
  }

  const hasBegun = async () =>
    (await readJournal(one())).some(({event, step}) => event === 'change-done' && step === 'begin')

  const exportFiles = async () => {
    const root = join(one(), '.fedctl', 'export', 'dc2')
    // The first kills come before there is an export.
    const entries = await readdir(root, {recursive: true, withFileTypes: true}).catch(() => [])
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  }

  /** In the order in which they were made. */
  const exports = async (): Promise<Pick<Export, 'holdings' | 'index'>[]> => {
    const indexes = (await exportFiles()).filter((path) => path.endsWith('/index.json')).sort()
    return Promise.all(
      indexes.map(async (path) => ({
        holdings: JSON.parse(
          await readFile(path.replace(/index\.json$/, 'holdings.json'), 'utf8'),
        ) as Export['holdings'],
        index: JSON.parse(await readFile(path, 'utf8')) as ExportIndex,
      })),
    )
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    await twoPrimaries({network, one: one(), two: two()}, 1)
    ownToken = await readFile(tokenFile(), 'utf8')
    await seed()
    before = {held: await held(2, ownToken), untouched: await untouched(2, ownToken)}
    await takeOver({one: one(), two: two()})
    let runsSinceBegin = 0
    while (kills.length < mostRuns) {
      if (runsSinceBegin > 0 || (await hasBegun())) runsSinceBegin += 1
      const seen = join(folder.path, 'seen')
      const args = ['bootstrap', 'secondary', '--existing', '--yes', ...flags(runsSinceBegin)]
      const run = await fedctlKilled(args, {cwd: one(), match: isExhaustive ? undefined : match, root: one(), seen})
      last = run
      if (!run.killed) return
      kills.push((await readFile(seen, 'utf8')).trim().split('\n').at(-1) ?? '')
      for (const path of await exportFiles()) {
        if (!/index\.json$|\.tmp$/.test(path) && !exported.has(path)) exported.set(path, await readFile(path, 'utf8'))
      }
    }
  }, withinMs)

  afterAll(async () => {
    await fedctl(['lab', 'down', '--dir', one()])
    await fedctl(['lab', 'down', '--dir', two()])
    await folder.remove()
  })

  it('comes to its end, whichever of its flags are left out once it has begun', () => {
    expect(last, `${kills.at(-1)}\n${last.stderr}`).toMatchObject({exitCode: 0})
    for (const step of ['begin', 'change-servers', 'relink-tokens', 'register-again', 'account'])
      expect(kills.filter((moment) => moment.includes(`/${step} `))).not.toEqual([])
    expect(kills.filter((moment) => moment.startsWith('spawn'))).not.toEqual([])
    expect(kills.length).toBeLessThan(mostRuns)
  })

  it('has lost and overwritten nothing of any export, and none of them was made half-way', async () => {
    for (const [path, content] of exported) expect(await readFile(path, 'utf8'), path).toBe(content)
    for (const {holdings, index} of await exports()) {
      const tokens = holdings.tokens.map(({AccessorID}) => AccessorID)
      expect(tokens, index.at).toEqual(expect.arrayContaining(before.held.tokens))
      const names = holdings.policies.map(({Name}) => Name)
      expect(names, index.at).toEqual(expect.arrayContaining(before.held.policies))
      expect(holdings.entries.find(({Name}) => Name === 'db')?.Protocol, index.at).toBe('tcp')
    }
  })

  it('accounts for what it held at first, each thing', async () => {
    const all = await exports()
    const moved = all.findLast(({index}) => index.state === 'moved')
    const things = (index: ExportIndex | undefined) =>
      index?.things.map(({fate, key, what}) => `${what} ${key}: ${fate}`).sort()
    expect(things(moved?.index)).toEqual(things(all[0]?.index))
    const account = (await exportFiles()).filter((path) => path.endsWith('/account.txt'))
    expect(account).toHaveLength(1)
    const text = await readFile(account[0] ?? '', 'utf8')
    expect(text).toMatch(/^token +11 +7 +1 +0 +0 +3$/m)
    expect(text).toMatch(/^local token +1 +0 +0 +1 +0 +0$/m)
    expect(text).toContain('KV keys: 2 before, 2 now')
    // The run that came to its end found the move done, and says where its account lies.
    expect(last.stderr).toContain(account[0])
  })

  it('holds what a move that nobody disturbed leaves, and is verified', async () => {
    const token = await management()
    const [there, here] = [await held(1, token), await held(2, token)]
    expect(here.policies).toEqual(there.policies)
    const lost = before.held.tokens.filter((accessor) => !here.tokens.includes(accessor))
    expect(lost).toHaveLength(3)
    expect(lost).toContain(clashing.accessor)
    expect({entries: here.entries, intentions: here.intentions, roles: here.roles}).toEqual({
      entries: before.held.entries,
      intentions: before.held.intentions,
      roles: before.held.roles,
    })
    expect(await untouched(2, token)).toEqual(before.untouched)
    for (const {secret} of [shop, keeper, local, brief]) {
      expect(await mayReadKeys(2, secret)).toBe(true)
      expect(await mayReadKeys(1, secret)).toBe(false)
    }
    const verified = await fedctl(['verify', '--wait', '3m', '--output', 'short'], {cwd: one()})
    expect(verified, verified.stdout).toMatchObject({exitCode: 0})
  })
})
