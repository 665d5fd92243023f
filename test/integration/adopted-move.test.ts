import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import type {LabStatus} from '../../src/lab/status.js'
import {attend, patient} from './attendance.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {type Machines, startMachines} from './machines.js'
import {commandLine, onTerminal} from './terminal.js'

const datacenters = ['dc1', 'dc2']

describe('an adopted federation whose datacenters are joined the traditional way', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let machines: Machines
  let processes: LabStatus['processes']
  const lab = () => join(folder.path, 'lab')
  const workspace = () => join(folder.path, 'adopted')
  const file = () => join(workspace(), 'federation.yaml')
  const tokenFile = () => join(lab(), '.fedctl/tokens/management')
  const httpOf = (datacenter: string) =>
    processes.find((process) => process.datacenter === datacenter)?.httpAddress ?? ''
  const run = (...args: string[]) => fedctl(args, {cwd: workspace()})

  /** What a datacenter answers on another one, or on itself. */
  const services = async (from: string, to: string) => {
    const headers = {'x-consul-token': await readFile(tokenFile(), 'utf8')}
    const answer = await fetch(`${httpOf(from)}/v1/catalog/services?dc=${to}`, {headers}).catch(() => undefined)
    return answer?.ok === true ? Object.keys((await answer.json()) as object) : []
  }

  /** The servers of a lab, as somebody has them who never heard of fedctl: a unit and its configuration on a machine of their own. */
  const handOver = async (datacenter: string) => {
    const name = `${datacenter}-s1`
    const [configDir, data] = ['etc/consul.d', 'data'].map((part) => join(folder.path, 'machines', name, part))
    const ran = join(lab(), '.fedctl/run', datacenter, name, 'data')
    await copy(ran, data ?? '')
    await copy(join(lab(), 'rendered', datacenter, name, 'etc/consul.d'), configDir ?? '')
    const config = join(configDir ?? '', 'consul.hcl')
    await writeFile(config, (await readFile(config, 'utf8')).replace(ran, data ?? ''))
    await machines.paste(`systemctl enable --now --no-block ${name}`)
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    await mkdir(workspace())
    const names = datacenters.flatMap((name) => [`${name}-s1`, `${name}-c1`])
    machines = await startMachines(join(folder.path, 'machines'), workspace(), names)
    const up = await fedctl(['lab', 'up', '--via', 'wan-gossip', '--dir', lab()])
    expect(up, up.stderr).toMatchObject({exitCode: 0})
    processes = (JSON.parse((await fedctl(['lab', 'status', '--dir', lab(), '--json'])).stdout) as LabStatus).processes
    await fedctl(['lab', 'down', '--dir', lab()])
    for (const datacenter of datacenters) await handOver(datacenter)
  })

  afterAll(async () => {
    await machines.stop()
    await fedctl(['lab', 'down', '--purge', '--dir', lab()])
    await folder.remove()
  })

  it('is drafted, and completed with what only its operator knows', async () => {
    await expect.poll(() => services('dc1', 'dc2'), patient).toContain('web')
    await expect.poll(() => services('dc2', 'dc1'), patient).toContain('web')
    const adopted = await run('init', '--from', httpOf('dc1'), '--token-file', tokenFile(), '--yes')
    expect(adopted, adopted.stderr).toMatchObject({exitCode: 0})
    await mkdir(join(workspace(), 'pki'))
    await mkdir(join(workspace(), '.fedctl'), {mode: 0o700})
    for (const [from, to] of [
      ['ca.pem', 'existing-ca.pem'],
      ['ca-key.pem', 'existing-ca-key.pem'],
    ] as const)
      await copy(join(lab(), 'pki', from), join(workspace(), 'pki', to))
    const {gossipKey} = JSON.parse(await readFile(join(lab(), '.fedctl/secrets.json'), 'utf8')) as {gossipKey: string}
    await writeFile(join(workspace(), '.fedctl/gossip.key'), gossipKey, {mode: 0o600})
    const quick = '  raft_multiplier: 1\n  retry_interval: 1s\n  retry_interval_wan: 1s\n'
    const text = (await readFile(file(), 'utf8'))
      .replaceAll(/^ {2}# (raft_multiplier|retry_interval.*): .*\n/gm, '')
      .replace('  log_level: info\n', `  log_level: info\n${quick}`)
      .replaceAll(/^ {6}- \{ name: (dc\d)-s1, address: (127\.\d+\.\d)\.1 \}$/gm, (_, name: string, block: string) =>
        [
          `      - { name: ${name}-s1, address: ${block}.1, install: ${machines.install(`${name}-s1`)} }`,
          '    clients:',
          `      - { name: ${name}-c1, address: ${block}.11, install: ${machines.install(`${name}-c1`)} }`,
          '    gateways:',
          `      - { name: ${name}-gw1, agent: ${name}-c1 }`,
        ].join('\n'),
      )
    await writeFile(file(), text)
    const plan = await run('bootstrap', 'secondary', '--existing', '--dry-run')
    expect(plan, plan.stderr).toMatchObject({exitCode: 0})
  })

  it('is refused before anything is asked where the file says that fedctl started its servers', async () => {
    const text = await readFile(file(), 'utf8')
    await writeFile(file(), text.replace(/^host: manual$/m, 'host: local'))
    const refused = await run('bootstrap', 'secondary', '--existing')
    await writeFile(file(), text)
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toMatch(/dc\d\/dc\d-s1 has host: local, and this workspace did not start it/)
    expect(refused.stderr).toContain('give it host: manual in the federation file')
  })

  it('is moved to mesh gateways by somebody who does what the screen says, and nothing else', async () => {
    const before = await readFile(file(), 'utf8')
    const command = [process.execPath, fedctlScript, 'bootstrap', 'secondary', '--existing', '--yes']
    const screen = onTerminal(commandLine(command), {
      cwd: workspace(),
      env: {...machines.env, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined},
    })
    expect(await attend(screen, machines), screen.text()).toBe(0)
    expect(screen.text()).toContain('have dc2/dc2-s1 join dc1/dc1-s1 again')
    expect(await readFile(file(), 'utf8')).toBe(before.replace('via: wan-gossip', 'via: mesh-gateways'))
    const {exitCode, stdout} = await run('verify', '--wait', '1m', '--json')
    expect(exitCode, stdout).toBe(0)
    expect((JSON.parse(stdout) as Report).summary.fail).toBe(0)
    expect(await services('dc1', 'dc2')).toContain('web')
    expect(await services('dc2', 'dc1')).toContain('web')
    for (const way of ['dc1 → dc2', 'dc2 → dc1']) expect(screen.text()).toMatch(new RegExp(`${way}: \\d+ of \\d+`))
  })
})

/** A file or a folder, into folders that need not be there. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), {recursive: true})
  await execa('cp', ['-r', from, to])
}
