import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import {attend, patient} from './attendance.js'
import {fedctl, fedctlScript, temporaryFolder} from './fedctl.js'
import {type Machines, startMachines} from './machines.js'
import {clashing, local, ownHoldings, shop} from './own-holdings.js'
import {commandLine, onTerminal} from './terminal.js'
import {twoPrimaries} from './two-workspaces.js'

const network = '127.155'
const agents = ['dc2-s1', 'dc2-c1']

describe('a datacenter on its own whose agents only a person may touch', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let machines: Machines
  let ownToken = ''
  /** What ends what has been begun, the last of them first. */
  const endings: (() => Promise<unknown>)[] = []
  const one = () => join(folder.path, 'one')
  const two = () => join(folder.path, 'two')
  const file = () => join(one(), 'federation.yaml')
  const tokenFile = () => join(two(), '.fedctl', 'tokens', 'management')
  const management = () => readFile(join(one(), '.fedctl', 'tokens', 'management'), 'utf8')
  const {held, mayReadKeys, seed, untouched} = ownHoldings(network, {management, ownToken: () => ownToken})
  const move = ['bootstrap', 'secondary', '--existing', '--own-token-file']

  /** An agent of the datacenter on its own as a unit on a machine of its own. */
  const handOver = async (name: string) => {
    const [configDir, data] = ['etc/consul.d', 'data'].map((part) => join(folder.path, 'machines', name, part))
    const ran = join(two(), '.fedctl/run/dc2', name, 'data')
    await copy(ran, data ?? '')
    await copy(join(two(), 'rendered/dc2', name, 'etc/consul.d'), configDir ?? '')
    const config = join(configDir ?? '', 'consul.hcl')
    await writeFile(config, (await readFile(config, 'utf8')).replace(ran, data ?? ''))
    await machines.paste(`systemctl enable --now --no-block ${name}`)
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    endings.push(() => folder.remove())
    for (const workspace of [two(), one()]) endings.push(() => fedctl(['lab', 'down', '--dir', workspace]))
    await twoPrimaries({network, one: one(), two: two()}, 1)
    const alone = await readFile(file(), 'utf8')
    // What stands in it later is not all on this machine.
    endings.push(() => writeFile(file(), alone))
    machines = await startMachines(join(folder.path, 'machines'), one(), agents)
    endings.push(() => machines.stop())
    ownToken = await readFile(tokenFile(), 'utf8')
    await seed()
    const down = await fedctl(['lab', 'down', '--dir', two()])
    expect(down, down.stderr).toMatchObject({exitCode: 0})
    for (const name of agents) await handOver(name)
  })

  afterAll(async () => {
    for (const end of endings.toReversed()) await end()
  })

  it('is refused before anything is asked where the file says that fedctl started it', async () => {
    await describeIn(one(), two())
    const {exitCode, stderr, stdout} = await fedctl([...move, tokenFile(), '--adopt', '--yes'], {cwd: one()})
    expect(exitCode).toBe(1)
    expect(stderr).toContain('dc2/dc2-s1 has host: local, and this workspace did not start it')
    expect(stderr).toContain('give it host: manual in the federation file')
    expect(stdout).toBe('')
  })

  it('is shown without a terminal as a script for a shell, with nothing else in it but comments', async () => {
    const text = await readFile(file(), 'utf8')
    await writeFile(
      file(),
      text
        .replace('  - name: dc2\n', '  - name: dc2\n    host: manual\n')
        .replaceAll(/\{ name: (dc2-[sc]1), (.*) \}/g, (_, name: string, rest: string) => {
          return `{ name: ${name}, ${rest}, install: ${machines.install(name)} }`
        }),
    )
    await expect.poll(() => mayReadKeys(2, shop.secret).catch(() => false), patient).toBe(true)
    const {exitCode, stderr, stdout} = await fedctl([...move, tokenFile(), '--adopt', '--yes'], {cwd: one()})
    expect(exitCode, stderr).toBe(1)
    expect(stderr).toContain('do what is printed above, then run the same command again')
    expect(stdout).toMatch(/^# dc2 runs on its own$/m)
    const commands = stdout.split('\n').filter((line) => !/^(#|$)/.test(line))
    expect(commands.filter((line) => !/^(install|node|systemctl) /.test(line))).toEqual([])
    expect(commands.join('\n')).toMatch(/systemctl restart dc2-s1 &&\n.* verify /)
    expect(commands.join('\n')).not.toContain('dc2-c1')
    expect(stdout).toContain('put away what this replaces')
  })

  it('is moved by somebody who does what the screen says, and nothing else', async () => {
    // The gateway comes back with the agent that it is registered with.
    await expect.poll(async () => (await untouched(2, ownToken)).services, patient).toContain('mesh-gateway')
    const [had, kept] = [await held(2, ownToken), await untouched(2, ownToken)]
    const screen = onTerminal(commandLine([process.execPath, fedctlScript, ...move, tokenFile(), '--adopt']), {
      cwd: one(),
      env: {...machines.env, CONSUL_HTTP_TOKEN: undefined, FEDCTL_FEDERATION: undefined},
    })
    await expect.poll(screen.text, patient).toContain('Make dc2 a secondary of dc1?')
    expect(screen.text()).toContain('until the last server of dc2 has been restarted, leave policies')
    screen.press('\u001B[B\r')
    expect(await attend(screen, machines), screen.text()).toBe(0)
    let at = screen.text().lastIndexOf('Make dc2 a secondary of dc1?')
    for (const line of [
      'Make the tokens of the federation known to dc2',
      'Begin with the servers of dc2',
      'look whether dc2 has changed since it was exported',
      'install the configuration of dc2/dc2-s1',
      'restart dc2/dc2-s1',
      'link local token',
      'install the configuration of dc2/dc2-c1',
      'restart dc2/dc2-c1',
      'no check can see whether this is done',
      'start the gateway dc2/dc2-gw1',
      'KV keys: 2 before, 2 now',
    ]) {
      at = screen.text().indexOf(line, at + 1)
      expect(at, line).toBeGreaterThan(0)
    }
    const token = await management()
    const here = await held(2, token)
    expect(here.policies).toEqual((await held(1, token)).policies)
    expect(had.tokens.filter((accessor) => !here.tokens.includes(accessor))).toContain(clashing.accessor)
    expect(await untouched(2, token)).toEqual(kept)
    for (const {secret} of [shop, local]) expect(await mayReadKeys(2, secret)).toBe(true)
    const {exitCode, stdout} = await fedctl(['verify', '--wait', '3m', '--output', 'short'], {cwd: one()})
    expect(exitCode, stdout).toBe(0)
  })
})

/** Puts dc2 into the federation file of dc1. */
async function describeIn(one: string, two: string): Promise<void> {
  const [, datacenter = ''] = (await readFile(join(two, 'federation.yaml'), 'utf8')).split('datacenters:\n')
  const file = join(one, 'federation.yaml')
  await writeFile(file, `${(await readFile(file, 'utf8')).trimEnd()}\n${datacenter}`)
}

/** A file or a folder, into folders that need not be there. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), {recursive: true})
  await execa('cp', ['-r', from, to])
}
