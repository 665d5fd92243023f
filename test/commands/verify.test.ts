import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import Verify from '../../src/commands/verify.js'
import {writeWhole} from '../../src/system/files.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const federationYaml = `primary: dc1
acl: {enabled: true, default_policy: deny, token_replication: true}
datacenters:
  - name: dc1
    consul: 1.8.7
    servers: [{name: dc1-s1, address: 127.8.1.1}]
    clients: [{name: dc1-c1, address: 127.8.1.11}]
    gateways: [{name: dc1-gw1, agent: dc1-c1}]
  - name: dc2
    consul: 1.8.7
    servers: [{name: dc2-s1, address: 127.8.2.1}]
    clients: [{name: dc2-c1, address: 127.8.2.11}]
    gateways: [{name: dc2-gw1, agent: dc2-c1}]
`

let workspace: string

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'fedctl-verify-command-'))
  await writeWhole(join(workspace, 'federation.yaml'), federationYaml)
})

afterEach(async () => {
  process.exitCode = undefined
  await rm(workspace, {force: true, recursive: true})
})

describe('fedctl verify on a snapshot', () => {
  it('prints the table, and ends with 0 on warnings', async () => {
    const {exitCode, stdout} = await judge('healthy')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^✓ wan\.rpc /m)
    expect(stdout).toMatch(/\n38 checks passed, 3 warned, 0 failed, 6 skipped\n$/)
  })

  it('refuses a suppression of a check that there is not by its place, and warns of one that is idle', async () => {
    const suppressions = (check: string) =>
      `verify:\n  suppress:\n    - {check: ${check}, subject: dc9, reason: a test bed, until: 2020-01-31}\n`
    const file = join(workspace, 'federation.yaml')
    await writeWhole(file, federationYaml + suppressions('raft.tolerence'))
    const refused = await judge('healthy')
    expect(refused.error).toMatchObject({code: 'federation.invalid', exitCode: 3})
    expect(refused.error?.message).toContain(
      `${file}:16:15: verify.suppress[0].check: no check fits "raft.tolerence"; did you mean raft.tolerance`,
    )
    await writeWhole(file, federationYaml + suppressions('raft.tolerance'))
    const {exitCode, stderr} = await judge('healthy')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(`warning: ${file}:16:40: verify.suppress[0].subject: "dc9" is nothing that raft.tolerance`)
    expect(stderr).toContain(`warning: ${file}:16:72: verify.suppress[0].until: the suppression of raft.tolerance`)
  })

  it('prints the whole report where the snapshot cannot be saved', async () => {
    // The name of the file fits, and that of the one that is written first does not.
    const unsaved = ['--save-snapshot', join(workspace, 'x'.repeat(250))]
    const {exitCode, stderr, stdout} = await judge('healthy', ...unsaved)
    expect(stdout).toMatch(/\n38 checks passed/)
    expect(stderr).toContain('error [file.unwritable]')
    expect(exitCode).toBe(4)
    const broken = await judge('gateway-dead', '--json', ...unsaved)
    expect(JSON.parse(broken.stdout)).toMatchObject({status: 'fail'})
    expect(broken).toMatchObject({exitCode: 4, stderr: expect.stringContaining('error [file.unwritable]') as string})
  })

  it('ends with 1 on warnings where that is wanted', async () => {
    expect((await judge('healthy', '--fail-on', 'warning')).exitCode).toBe(1)
  })

  it('ends with 1 and the cause where something failed', async () => {
    const {exitCode, stdout} = await judge('gateway-dead', '--output', 'short')
    expect(exitCode).toBe(1)
    expect(stdout).toContain(
      'diagnosis gateway.none-usable: gateway dc2/dc2-gw1 does not accept connections at 127.8.2.11:8443',
    )
  })

  it('prints the same JSON with --json and --output json', async () => {
    const [json, output] = [await judge('gateway-dead', '--json'), await judge('gateway-dead', '--output', 'json')]
    const report = JSON.parse(json.stdout) as Report
    expect(report).toMatchObject({schemaVersion: 1, status: 'fail', summary: {fail: 3, pass: 35, skip: 6, warn: 3}})
    expect(withoutTimes(JSON.parse(output.stdout) as Report)).toEqual(withoutTimes(report))
    expect([json.exitCode, output.exitCode]).toEqual([1, 1])
  })

  it('runs the checks that are chosen, by repeated flags and by lists', async () => {
    const {stdout} = await judge(
      'healthy',
      '--only',
      'raft,wan.rpc',
      '--only',
      'ca',
      '--skip',
      'raft.tolerance',
      '--json',
    )
    expect((JSON.parse(stdout) as Report).checks.map(({id}) => id)).toEqual([
      'raft.leader',
      'wan.rpc',
      'ca.root',
      'ca.intermediate',
    ])
  })

  it('judges what touches the datacenter that is asked for', async () => {
    const {stdout} = await judge('healthy', '--dc', 'dc2', '--only', 'acl.replication,raft.leader', '--json')
    expect((JSON.parse(stdout) as Report).checks.flatMap(({findings}) => findings.map(({subject}) => subject))).toEqual(
      ['dc2', 'dc2'],
    )
  })

  it.each([
    [['--only', 'wan.rcp'], 'no check fits "wan.rcp"'],
    [['--dc', 'dc9'], 'no datacenter is named "dc9"'],
    [['--wait', '5m'], 'cannot also be provided'],
    [['--json', '--output', 'junit'], 'cannot also be provided'],
    [['--output', 'xml'], 'Expected --output=xml to be one of: table, short, json'],
  ])('refuses %j', async (args, message) => {
    const {error} = await judge('healthy', ...args)
    expect(error?.message).toContain(message)
    expect((error as {oclif?: {exit?: number}} | undefined)?.oclif?.exit).toBe(2)
  })
})

describe('fedctl verify --preflight', () => {
  it.each([['--full'], ['--wait', '1s'], ['--soak', '1s'], ['--snapshot', 'x'], ['--write-probes']])(
    'does not go with %s',
    async (...flags) => {
      expect((await run('--preflight', ...flags)).error).toMatchObject({
        message: expect.stringContaining('--preflight') as string,
      })
    },
  )

  it('asks nobody, and writes nothing into the workspace', async () => {
    const {exitCode, stdout} = await run('--preflight', '--output', 'short')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('warn config.rendered dc1/dc1-s1: it is not rendered yet')
    expect(stdout).not.toContain('access.api')
    expect(await readdir(workspace)).toEqual(['federation.yaml'])
  })

  it('is a document for machines that counts every check', async () => {
    const {stdout} = await run('--preflight', '--json')
    const report = JSON.parse(stdout) as Report
    expect(report.diagnosis).toEqual([])
    expect(report.checks.find(({id}) => id === 'wan.rpc')).toMatchObject({
      findings: [
        {found: expect.stringMatching(/^nothing runs yet: /) as string, status: 'skip', subject: 'federation'},
      ],
      status: 'skip',
    })
    expect(stdout).not.toContain('"waits"')
  })
})

describe('fedctl verify where nothing answers', () => {
  beforeEach(async () => {
    await writeWhole(join(workspace, 'federation.yaml'), federationYaml.replaceAll('127.8.', '127.254.'))
  })

  it('ends with 4, keeps what it saw, and names the error in the JSON', async () => {
    const file = join(workspace, 'seen.json')
    const {exitCode, stdout} = await run('--save-snapshot', file, '--json')
    expect(exitCode).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({
      diagnosis: [{cause: 'access.nothing-reachable'}],
      error: {code: 'consul.unreachable'},
      status: 'fail',
    })
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({schemaVersion: 1})
    expect((await run('--snapshot', file)).exitCode).toBe(4)
  })

  it('is no pass for a single check either', async () => {
    const {exitCode, stdout} = await run('--only', 'raft.leader', '--output', 'short')
    expect(exitCode).toBe(4)
    expect(stdout).toContain('diagnosis access.nothing-reachable: none of 2 servers answers: dc1/dc1-s1 at')
    expect(stdout).toMatch(/0 checks passed, 0 warned, 0 failed, 1 skipped\n$/)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['diagnosis', 'fix', 'fix', '0'])
  })

  it('refuses a time to wait that is none', async () => {
    expect((await run('--wait', 'long')).error?.message).toBe('"long" is not a duration')
  })
})

async function run(...args: string[]) {
  process.exitCode = undefined
  const output = await captureOutput(() =>
    Verify.run(['--federation', join(workspace, 'federation.yaml'), ...args], root),
  )
  return {...output, exitCode: process.exitCode}
}

function judge(recording: string, ...args: string[]) {
  const file = fileURLToPath(new URL(`../golden/verify/recorded/${recording}.json`, import.meta.url))
  return run('--snapshot', file, ...args)
}

function withoutTimes({checks, ...report}: Report) {
  return {...report, checks: checks.map(({durationMs: _durationMs, ...check}) => check)}
}
