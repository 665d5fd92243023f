import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {startStandIn, writeWorkspace} from '../stand-in/start.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'

interface Report {
  readonly checks: {findings: {found?: string; status: string; subject: string}[]; id: string; status: string}[]
}

/** Two seconds are what is promised; a busy machine gets more. */
const endsWithinMs = 8000
const topology = {block: 151, datacenters: 3, gateways: 2, servers: 2}
const hanging = 'dc2-s2'

describe('a federation with a server that takes connections and never answers', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let standIn: Awaited<ReturnType<typeof startStandIn>>
  const args = () => ['verify', '--federation', join(folder.path, 'federation.yaml'), '--json']

  beforeAll(async () => {
    folder = await temporaryFolder()
    await writeWorkspace(folder.path, topology)
    const issued = await fedctl(['tls', 'issue'], {cwd: folder.path})
    expect(issued, issued.stderr).toMatchObject({exitCode: 0})
    standIn = await startStandIn(folder.path, {hanging, latencyMs: 5, topology})
  })

  afterAll(async () => {
    await standIn.end()
    await folder.remove()
  })

  it('is verified with that server alone found out, and everything else answered', async () => {
    const snapshot = join(folder.path, 'snapshot.json')
    const {exitCode, stdout} = await fedctl([...args(), '--save-snapshot', snapshot])
    const {checks} = JSON.parse(stdout) as Report
    const failing = checks.flatMap(({findings, id}) =>
      findings.filter(({status}) => status === 'fail').map(({subject}) => `${id} ${subject}`),
    )
    expect({exitCode, failing}).toEqual({
      exitCode: 1,
      failing: [
        `access.api dc2/${hanging}`,
        ...[1, 2, 3].flatMap((dc) =>
          (dc === 2 ? [1, 2] : [1]).map((gw) => `gateway.path dc${dc}/dc${dc}-gw${gw} → dc2`),
        ),
      ],
    })
    const {paths, servers} = JSON.parse(await readFile(snapshot, 'utf8')) as {
      paths: {result: {ok: boolean}; target?: string}[]
      servers: Record<string, {remote?: Record<string, {services: {ok: boolean}}>}>
    }
    const silent = paths.filter(({result}) => !result.ok).map(({target}) => target)
    expect(new Set(silent)).toEqual(new Set([`dc2/${hanging}`]))
    const others = Object.entries(servers).filter(([id]) => !id.endsWith(hanging))
    expect(others).toHaveLength(5)
    for (const [, {remote = {}}] of others)
      expect(Object.values(remote).map(({services}) => services.ok)).toEqual([true, true])
  })

  it('keeps nobody who presses Ctrl-C', async () => {
    const child = execa(process.execPath, [fedctlScript, ...args()], {reject: false, stdin: 'ignore', timeout: 120_000})
    const before = await standIn.counts()
    let last = before
    await expect
      .poll(
        async () => {
          const {handshakes, questions} = await standIn.counts()
          const isQuiet = questions > before.questions && handshakes === last.handshakes && questions === last.questions
          last = {handshakes, questions}
          return isQuiet
        },
        {interval: 300, timeout: 60_000},
      )
      .toBe(true)
    let isInTime = true
    child.kill('SIGINT')
    const timer = setTimeout(() => {
      isInTime = false
      child.kill('SIGKILL')
    }, endsWithinMs)
    const {exitCode} = await child
    clearTimeout(timer)
    expect({exitCode, isInTime}).toEqual({exitCode: 130, isInTime: true})
  })
})
