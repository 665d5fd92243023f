import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {get} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {workspacePaths} from '../../../src/federation/workspace.js'
import {issueCertificates} from '../../../src/pki/issue-certificates.js'
import {planCertificates} from '../../../src/pki/plan-certificates.js'
import {aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'
import {consul, openssl} from './programs.js'

const addresses = {s1: '127.140.1.1', s2: '127.140.1.2'}
const deadlineMs = 60_000
const running: ChildProcess[] = []
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fedctl-pki-'))
})
afterEach(async () => {
  for (const process of running.splice(0)) {
    process.kill('SIGKILL')
    if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
  }
  await rm(folder, {recursive: true})
})

/** Issues certificates for two servers of dc1 from ca.pem and ca-key.pem of the folder, or from a new CA. */
async function issue(adopted: boolean): Promise<string> {
  const servers = Object.entries(addresses).map(([name, address]) => aServer('dc1', name, address))
  const usual = aFederation({datacenters: [aDatacenter(1, {clients: [], servers})], workspace: folder})
  const own = {...usual.tls, caFile: join(folder, 'ca.pem'), caKeyFile: join(folder, 'ca-key.pem')}
  const federation = adopted ? {...usual, tls: own} : usual
  const now = new Date()
  await issueCertificates(federation, await planCertificates(federation, now), {now})
  return federation.tls.caFile
}

/** Writes the configuration of a server that insists on certificates everywhere. @returns Its folder. */
async function configure(name: keyof typeof addresses, caFile: string): Promise<string> {
  const home = join(folder, name)
  await mkdir(home)
  await writeFile(
    join(home, 'agent.json'),
    JSON.stringify({
      bind_addr: addresses[name],
      bootstrap_expect: 2,
      ca_file: caFile,
      cert_file: workspacePaths(folder).certificate('dc1', name),
      client_addr: addresses[name],
      data_dir: join(home, 'data'),
      datacenter: 'dc1',
      key_file: workspacePaths(folder).certificateKey('dc1', name),
      node_name: name,
      performance: {raft_multiplier: 1},
      ports: {https: 8501},
      retry_interval: '1s',
      retry_join: Object.values(addresses),
      server: true,
      verify_incoming: true,
      verify_outgoing: true,
      verify_server_hostname: true,
    }),
  )
  await consul(home, 'validate', 'agent.json')
  return home
}

function start(home: string): void {
  const agent = spawn(
    process.env.FEDCTL_CONSUL ?? 'consul',
    ['agent', '-config-file', 'agent.json', '-log-file', `${home}/`],
    {
      cwd: home,
      stdio: 'ignore',
    },
  )
  running.push(agent)
}

/** The leader that a server knows, or an empty text. */
async function leader(address: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get(`http://${address}:8500/v1/status/leader`, {timeout: 1000}, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(response.statusCode === 200 ? (JSON.parse(text) as string) : ''))
    })
    request.on('error', () => resolve('')).on('timeout', () => request.destroy())
  })
}

describe('two Consul servers that verify certificates and host names', () => {
  it.each<[string, () => Promise<boolean>]>([
    ['a new CA', async () => false],
    [
      'an RSA CA of someone else',
      async () => {
        await openssl(
          folder,

          'req',
          '-x509',
          '-utf8',
          '-nodes',
          '-newkey',
          'rsa:2048',
          '-days',
          '30',
          '-subj',
          '/O=Größe GmbH/CN=Root_1',
          '-keyout',
          'ca-key.pem',
          '-out',
          'ca.pem',
        )
        return true
      },
    ],
  ])('find together with certificates from %s', async (_, prepare) => {
    const caFile = await issue(await prepare())
    const homes = await Promise.all([configure('s1', caFile), configure('s2', caFile)])
    for (const home of homes) start(home)
    const deadline = Date.now() + deadlineMs
    const both = Object.values(addresses)
    let leaders = await Promise.all(both.map(async (address) => leader(address)))
    while (leaders.includes('') && Date.now() < deadline) {
      await delay(250)
      leaders = await Promise.all(both.map(async (address) => leader(address)))
    }
    expect(leaders[0]).toMatch(/^127\.140\.1\.[12]:8300$/)
    expect(leaders[1]).toBe(leaders[0])
    // One of them is no leader and has to pass this on over RPC.
    for (const address of both) await consul(folder, 'kv', 'put', '-http-addr', `http://${address}:8500`, address, 'x')
    // The operator's own certificate opens the API, by address and with both sides verified.
    const {cliCertificate, cliCertificateKey} = workspacePaths(folder)
    const members = await consul(
      folder,
      'members',
      '-http-addr',
      `https://${addresses.s1}:8501`,
      '-ca-file',
      caFile,
      '-client-cert',
      cliCertificate,
      '-client-key',
      cliCertificateKey,
    )
    expect(members).toMatch(/^s1\s.*alive[^]*^s2\s.*alive/m)
    const logs = await Promise.all(homes.map(async (home) => logOf(home)))
    for (const log of logs) expect(log).not.toMatch(/x509:|bad certificate/)
  })
})

async function logOf(home: string): Promise<string> {
  const names = (await readdir(home)).filter((name) => name.endsWith('.log'))
  expect(names).not.toEqual([])
  return (await Promise.all(names.map(async (name) => readFile(join(home, name), 'utf8')))).join('\n')
}
