import {readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {fedctl, temporaryFolder} from './fedctl.js'
import {brief, clashing, keeper, local, ownHoldings, shop} from './own-holdings.js'
import {takeOver, twoPrimaries} from './two-workspaces.js'

const servers = Number(process.env.ADOPT_SERVERS ?? 1)
const rounds = Array.from({length: Number(process.env.ADOPT_ROUNDS ?? 1)}, (_, index) => index + 1)

/** A Consul that does not start agents of a datacenter while the file `broken` names it. */
function consulThatMayFail(folder: string): string {
  return `#!/bin/sh
broken=$(cat '${folder}/broken' 2>/dev/null)
case "$*" in agent*"/\${broken:-none}/"*) echo 'this consul does not start' >&2; exit 1;; esac
exec ${process.env.FEDCTL_CONSUL ?? 'consul'} "$@"
`
}

describe.each(rounds)('a datacenter that was on its own, round %i', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let ownToken: string
  const one = () => join(folder.path, 'one')
  const two = () => join(folder.path, 'two')
  const env = () => ({FEDCTL_CONSUL: join(folder.path, 'consul')})
  const tokenFile = () => join(two(), '.fedctl', 'tokens', 'management')
  const management = () => readFile(join(one(), '.fedctl', 'tokens', 'management'), 'utf8')
  const bootstrap = (...args: string[]) => fedctl(['bootstrap', 'secondary', ...args], {cwd: one(), env: env()})
  const move = (...args: string[]) => bootstrap('--existing', '--own-token-file', tokenFile(), ...args)

  const {ask, held, mayReadKeys, names, put, seed, untouched} = ownHoldings('127.147', {
    management,
    ownToken: () => ownToken,
  })

  beforeAll(async () => {
    folder = await temporaryFolder()
    await writeFile(join(folder.path, 'consul'), consulThatMayFail(folder.path), {mode: 0o755})
    await twoPrimaries({network: '127.147', one: one(), two: two()}, servers)
    ownToken = await readFile(tokenFile(), 'utf8')
    await seed()
    await takeOver({one: one(), two: two()})
  })

  afterAll(async () => {
    await fedctl(['lab', 'down', '--dir', one()])
    await fedctl(['lab', 'down', '--dir', two()])
    await folder.remove()
  })

  it('is not made a secondary like a new one', async () => {
    const {exitCode, stderr} = await bootstrap()
    expect(exitCode).toBe(1)
    expect(stderr).toContain('[secondary.would-lose] dc2 runs, and does not replicate from dc1')
    expect(stderr).toContain('bootstrap secondary --existing --dc dc2 --own-token-file FILE')
  })

  it('is recognised where no token of its own is at hand, which is then asked for', async () => {
    const {exitCode, stderr} = await bootstrap('--existing')
    expect(exitCode).toBe(4)
    expect(stderr).toContain('[token.missing] the token with which dc2 is asked is not known there')
    expect(stderr).toContain('--own-token-file FILE')
    for (const path of ['not-there', '/dev/null']) {
      const refused = await bootstrap('--existing', '--own-token-file', path)
      expect(refused.exitCode).toBe(4)
      expect(refused.stderr).toContain(path)
    }
  })

  it('is not read with a token from which something is hidden, and the rights that it lacks are named', async () => {
    const [accessor, secret, file] = [shop.accessor.replace(/1$/, '9'), shop.secret.replace(/1$/, '9'), 'narrow.token']
    const rules = 'acl = "write"\noperator = "read"\nservice_prefix "shop-" { policy = "read" }'
    await put(2, 'acl/policy', {Name: 'narrow', Rules: rules})
    await put(2, 'acl/token', {AccessorID: accessor, Policies: [{Name: 'narrow'}], SecretID: secret})
    await writeFile(join(one(), file), secret, {mode: 0o600})
    const {exitCode, stderr} = await bootstrap('--existing', '--own-token-file', file)
    expect(exitCode).toBe(4)
    expect(stderr).toContain(
      '[token.missing] the token with which dc2 is asked lacks intentions = "read" for service_prefix "", keyring = "read", service_prefix "" = "read" there',
    )
    const policies = (await (await ask(2, 'acl/policies', ownToken)).json()) as {ID: string; Name: string}[]
    const id = policies.find(({Name}) => Name === 'narrow')?.ID
    for (const path of [`acl/token/${accessor}`, `acl/policy/${id}`]) await ask(2, path, ownToken, {method: 'DELETE'})
  })

  it('is refused with all that it would lose, which is exported to files', async () => {
    const before = await held(2, ownToken)
    const {exitCode, stderr, stdout} = await move()
    expect(exitCode).toBe(1)
    // Three of those above, and those that fedctl made for agents, gateway and verification; not that for replication, which may write ACLs.
    expect(stdout).toMatch(new RegExp(`^token +${3 + servers + 3} +is lost; --adopt makes it`, 'm'))
    expect(stdout).toMatch(/^policy +\d+ +is of fedctl, which makes its own/m)
    expect(stdout).toMatch(/^local token +1 +stays  +/m)
    expect(stdout).toContain('policy clash: the primary has another policy of that name')
    expect(stderr).toMatch(/→ node \S+ bootstrap secondary --dc dc2 --existing --own-token-file \S+ --adopt\n/)
    const [, export_ = ''] = /was written to (\S+)\n/.exec(stderr) ?? []
    const files = await readdir(export_, {recursive: true, withFileTypes: true})
    expect(files.filter((file) => file.isFile()).map(({name}) => name)).toEqual(
      expect.arrayContaining(['index.json', 'shop.json', 'keeper.json', `${shop.accessor}.json`, 'web+db.json']),
    )
    for (const file of files) {
      const {mode} = await stat(join(file.parentPath, file.name))
      expect(mode & 0o777).toBe(file.isFile() ? 0o600 : 0o700)
    }
    const token = JSON.parse(await readFile(join(export_, 'tokens', `${shop.accessor}.json`), 'utf8')) as object
    expect(token).toMatchObject({Policies: [{Name: 'shop'}, {Name: 'same'}], SecretID: shop.secret})
    expect(`${stdout}${stderr}`).not.toContain(shop.secret)
    expect(await held(2, ownToken)).toEqual(before)
  })

  it('shows the whole plan before anything changes', async () => {
    const before = await Promise.all([held(1, await management()), held(2, ownToken)])
    const {exitCode, stdout} = await move('--adopt', '--dry-run')
    expect(exitCode).toBe(0)
    const order = [
      'create the token with which fedctl asks, in dc2',
      'create policy shop, in force in dc2',
      'create role keeper',
      'create policy same_dc2',
      `create token ${shop.accessor}`,
      'create config entry service-defaults/web',
      'create intention web → db',
      'Restart the servers of dc2 as those of a secondary',
      'link 1 local tokens of dc2',
    ].map((text) => stdout.indexOf(text))
    expect(stdout).toMatch(/^local token +1 +stays, to be linked anew/m)
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(await Promise.all([held(1, await management()), held(2, ownToken)])).toEqual(before)
  })

  it('is left as it was where a server does not come back, once its configuration is restored', async () => {
    await writeFile(join(folder.path, 'broken'), 'dc2')
    const {exitCode, stderr} = await move('--adopt', '--yes')
    await rm(join(folder.path, 'broken'))
    expect(exitCode).toBe(4)
    expect(stderr).toContain('this consul does not start')
    const [, restore = ''] = /→ node \S+ (bootstrap restore .*)\n/.exec(stderr) ?? []
    const restored = await fedctl(restore.split(' '), {cwd: one(), env: env()})
    expect(restored, restored.stderr).toMatchObject({exitCode: 0})
    const leaders = async () =>
      Promise.all([1, 2].map(async (n) => (await ask(n, 'status/leader', '')).text().catch(() => '')))
    await expect.poll(leaders, {interval: 500, timeout: 60_000}).not.toContain('""')
    await expect.poll(() => mayReadKeys(2, shop.secret), {interval: 500, timeout: 60_000}).toBe(true)
    // A server that has just come up knows no new ACLs until it has heard of all others.
    await expect
      .poll(async () => (await ask(2, 'acl/tokens', ownToken)).status, {interval: 500, timeout: 60_000})
      .toBe(200)
    expect(await names(2, 'acl/tokens', 'AccessorID', ownToken)).toContain(clashing.accessor)
    const asNew = await bootstrap()
    expect(asNew.exitCode).toBe(1)
    expect(asNew.stderr).toContain('dc2 was on its own, and its move has not come to its end')
    expect(asNew.stderr).toContain('bootstrap secondary --existing --dc dc2')
  })

  it('is moved with everything that does not conflict, and each thing is accounted for', async () => {
    const [had, kept] = [await held(2, ownToken), await untouched(2, ownToken)]
    await writeFile(join(folder.path, 'broken'), 'dc2')
    expect(await move('--adopt', '--yes')).toMatchObject({exitCode: 4})
    await rm(join(folder.path, 'broken'))
    // The same command goes on with the server that did not start.
    const {exitCode, stderr, stdout} = await move('--adopt', '--yes')
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/dc2: \d+ of \d+ questions to its own servers lost/)
    const token = await management()
    const [there, here] = [await held(1, token), await held(2, token)]
    expect(here.policies).toEqual(there.policies)
    const lost = had.tokens.filter((accessor) => !here.tokens.includes(accessor))
    // Those of dc2 for management and replication, and one that is linked to a policy that the primary has otherwise.
    expect(lost).toHaveLength(3)
    expect(lost).toContain(clashing.accessor)
    expect(had.policies.filter((name) => !here.policies.includes(name))).toEqual([])
    expect({entries: here.entries, intentions: here.intentions, roles: here.roles}).toEqual({
      entries: had.entries,
      intentions: had.intentions,
      roles: had.roles,
    })
    const {keys, services} = await untouched(2, token)
    expect({keys, services}).toEqual(kept)
    expect(stdout).toMatch(/^token .* 3$/m)
    expect(stdout).toMatch(/^local token +1 +0 +0 +1 +0 +0$/m)
    expect(stdout).toContain('KV keys: 2 before, 2 now')
    for (const {secret} of [shop, keeper, local, brief]) {
      expect(await mayReadKeys(2, secret)).toBe(true)
      expect(await mayReadKeys(1, secret)).toBe(false)
    }
    const journal = await readFile(join(one(), '.fedctl', 'journal.jsonl'), 'utf8')
    expect(journal).toMatch(/of \d+ things/)
    for (const {secret} of [shop, keeper, local, brief, clashing])
      expect(`${journal}${stdout}${stderr}`).not.toContain(secret)
    const verified = await fedctl(['verify', '--wait', '3m', '--output', 'short'], {cwd: one()})
    expect(verified, verified.stdout).toMatchObject({exitCode: 0})
  })

  it('is left alone when it is moved already', async () => {
    const token = await management()
    const before = await held(2, token)
    const {exitCode, stderr} = await bootstrap('--existing', '--yes')
    expect(exitCode, stderr).toBe(0)
    expect(await held(2, token)).toEqual(before)
  })
})
