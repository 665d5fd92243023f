import {readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'

import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

import type {CheckResult, Report} from '../../src/checks/check.js'
import {issueCertificate} from '../../src/pki/issue-certificate.js'
import {loadCa} from '../../src/pki/load-ca.js'
import {namesOf} from '../../src/pki/names.js'
import {consulVersion, fedctl, temporaryFolder} from './fedctl.js'

const dayMs = 86_400_000
const consul = process.env.FEDCTL_CONSUL ?? 'consul'

let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(async () => {
  await folder.remove()
})

async function run(...args: string[]) {
  return fedctl(args, {cwd: folder.path})
}

/** The report, and the checks of it that fail or warn, without what the version of Consul earns. */
async function preflight(...args: string[]): Promise<{exitCode: number | undefined; open: Map<string, CheckResult>}> {
  const {exitCode, stdout} = await run('verify', '--preflight', '--json', ...args)
  const {checks} = JSON.parse(stdout) as Report
  const open = checks.filter(({id, status}) => ['fail', 'warn'].includes(status) && id !== 'version.known-bugs')
  return {exitCode, open: new Map(open.map((check) => [check.id, check]))}
}

/** What is wrong, by subject. */
function findingsOf(check: CheckResult | undefined): Record<string, string | undefined> {
  const wrong = (check?.findings ?? []).filter(({status}) => status !== 'pass' && status !== 'skip')
  return Object.fromEntries(wrong.map(({found, subject}) => [subject, found]))
}

function at(...names: string[]): string {
  return join(folder.path, ...names)
}

/** Does something to a file while the work runs, and puts it back. */
async function withChanged(file: string, change: (text: string) => string, work: () => Promise<void>): Promise<void> {
  const before = await readFile(file, 'utf8')
  await writeFile(file, change(before))
  try {
    await work()
  } finally {
    await writeFile(file, before)
  }
}

describe('fedctl verify --preflight', () => {
  it('says in a new workspace which commands make it ready', async () => {
    const addresses = ['--server', 'dc1=127.92.1.1', '--server', 'dc2=127.92.2.1']
    const gateways = ['--gateway', 'dc1=127.92.1.21', '--gateway', 'dc2=127.92.2.21']
    const version = await consulVersion()
    await run('init', '--datacenters', 'dc1,dc2', '--host', 'local', '--consul', version, ...addresses, ...gateways)
    const {exitCode, stdout} = await run('verify', '--preflight')
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toMatch(/^ +fix +\S.* tls issue$/m)
    expect(stdout).toMatch(/^ +fix +\S.* config render$/m)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/ 0 failed, \d+ skipped, \d+ of them until something runs$/)
    expect(stdout).not.toContain('raft.leader')
  })

  it('finds nothing once certificates are issued and configuration is rendered', async () => {
    await run('tls', 'issue')
    await run('config', 'render')
    const {exitCode, open} = await preflight()
    expect([...open.keys()]).toEqual([])
    expect(exitCode).toBe(0)
  })

  it('finds a server certificate without the name of its node, and that it stands beside the key of another', async () => {
    await execa(consul, ['tls', 'ca', 'create'], {cwd: folder.path})
    const own = {ca: at('pki', 'ca.pem'), key: at('pki', 'ca-key.pem')}
    await execa(consul, ['tls', 'cert', 'create', '-server', '-dc', 'dc2', '-ca', own.ca, '-key', own.key], {
      cwd: folder.path,
    })
    const made = await readFile(at('dc2-server-consul-0.pem'), 'utf8')
    await withChanged(
      at('pki', 'dc2', 'dc2-s1.pem'),
      () => made,
      async () => {
        const {exitCode, open} = await preflight('--only', 'tls')
        expect(exitCode).toBe(1)
        expect([...open.keys()]).toEqual(['tls.server-name', 'tls.issued'])
        expect(findingsOf(open.get('tls.server-name'))).toEqual({
          'dc2/dc2-s1': 'dc2-s1.server.dc2.consul is missing in the certificate as issued in the workspace',
        })
        expect(findingsOf(open.get('tls.issued'))).toEqual({'dc2/dc2-s1': 'the certificate does not belong to its key'})
      },
    )
  })

  it('finds a CA that is not the one of the certificates', async () => {
    const foreign = await readFile(at('consul-agent-ca.pem'), 'utf8')
    await withChanged(
      at('pki', 'ca.pem'),
      () => foreign,
      async () => {
        const {exitCode, open} = await preflight()
        expect(exitCode).toBe(1)
        expect(Object.keys(findingsOf(open.get('tls.ca-shared')))).toEqual(['dc1/dc1-s1', 'dc2/dc2-s1'])
        expect(findingsOf(open.get('tls.issued'))['dc1/dc1-c1']).toContain('was not issued by the CA')
        expect(findingsOf(open.get('config.rendered'))['dc1/dc1-s1']).toContain('ca.pem')
      },
    )
  })

  it('finds a certificate that has expired', async () => {
    const now = new Date(Date.now() - 3 * dayMs)
    const pem = {
      certPem: await readFile(at('pki', 'ca.pem'), 'utf8'),
      keyPem: await readFile(at('pki', 'ca-key.pem'), 'utf8'),
    }
    const profile = namesOf({datacenter: 'dc1', domain: 'consul', kind: 'server', node: 'dc1-s1'})
    const {certPem: expired} = issueCertificate({ca: loadCa(pem, new Date()), days: 1, now, profile})
    await withChanged(
      at('pki', 'dc1', 'dc1-s1.pem'),
      () => expired,
      async () => {
        const {open} = await preflight('--only', 'tls.expiry')
        expect(findingsOf(open.get('tls.expiry'))['dc1/dc1-s1']).toMatch(/^expired since /)
      },
    )
  })

  it('finds configuration that was edited, judges what it says, and shows no secret of it', async () => {
    const file = at('rendered', 'dc2', 'dc2-s1', 'etc', 'consul.d', 'consul.hcl')
    const edit = (text: string) =>
      text.replace(/\s*enable_mesh_gateway_wan_federation = true/, '').replace(/encrypt = "(.)/, 'encrypt = "_')
    await withChanged(file, edit, async () => {
      const {exitCode, stdout} = await run('verify', '--preflight')
      expect(exitCode).toBe(1)
      expect(stdout).toMatch(/✗ config\.rendered/)
      expect(stdout).toMatch(/other values: encrypt and/)
      expect(stdout).toMatch(/✗ agent\.federation-on/)
      expect(stdout).toMatch(/✗ config\.valid/)
      const [, key = 'no key'] = /encrypt = "_([^"]+)"/.exec(await readFile(file, 'utf8')) ?? []
      expect(stdout).not.toContain(key)
    })
  })

  it('passes on what Consul says of a key that it does not know, and guesses nothing from HCL that fedctl does not write', async () => {
    const file = at('rendered', 'dc1', 'dc1-s1', 'etc', 'consul.d', 'consul.hcl')
    await withChanged(
      file,
      (text) => `${text}// by hand\nlog_levl = "debug"\n`,
      async () => {
        const {open} = await preflight()
        expect(findingsOf(open.get('config.valid'))['dc1/dc1-s1']).toContain('log_levl')
        expect([...open.keys()]).toEqual(['config.rendered', 'config.valid'])
      },
    )
  })

  it('finds a port that another process holds, and judges the saved snapshot alike', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(8500, '127.92.1.1', resolve))
    try {
      const snapshot = at('preflight.json')
      const {exitCode, open} = await preflight('--save-snapshot', snapshot, '--dc', 'dc1')
      expect(exitCode).toBe(1)
      const expected = {'dc1/dc1-s1': 'another process listens at 127.92.1.1:8500'}
      expect(findingsOf(open.get('ports.free'))).toEqual(expected)
      const again = await run('verify', '--snapshot', snapshot, '--output', 'short')
      expect(again.stdout).toContain('fail ports.free dc1/dc1-s1: another process listens at 127.92.1.1:8500')
      expect(again.exitCode).toBe(1)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})
