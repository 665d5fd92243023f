import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {mustRun} from '../../../bin/setup/programs.js'

/** @typedef {{ address: string, datacenter: string, kind: string, name: string }} LabProcess */

/**
 * Writes what `one-after-another.sh` reads about a lab.
 * @param {string} workspace of a lab that is up
 * @param {import('../measure/figure.js').BenchmarkContext} context
 * @returns {Promise<{ args: string[], token: string }>} its arguments, and the token that fedctl uses too
 */
export async function writeLabLists(workspace, {env, fedctl: [node = '', ...launcher]}) {
  const text = await mustRun(node, [...launcher, 'lab', 'status', '--dir', workspace, '--json'], {env})
  const {datacenters, processes} = /** @type {{ datacenters: string[], processes: LabProcess[] }} */ (JSON.parse(text))
  const servers = processes.filter(({kind}) => kind === 'server')
  const gateways = processes.filter(({kind}) => kind === 'gateway')
  const paths = gateways.flatMap((gateway) =>
    servers.map(({datacenter, name}) => `${gateway.address}:8443 ${name}.server.${datacenter}.consul`),
  )
  const [serverList, pathList] = [join(workspace, 'servers.list'), join(workspace, 'paths.list')]
  const lines = servers.map(({address, datacenter}) =>
    [address, ...datacenters.filter((each) => each !== datacenter)].join(' '),
  )
  await writeFile(serverList, lines.map((line) => `${line}\n`).join(''))
  await writeFile(pathList, paths.map((path) => `${path}\n`).join(''))
  const token = (await readFile(join(workspace, '.fedctl', 'tokens', 'verifier'), 'utf8')).trim()
  return {args: [join(workspace, 'pki'), serverList, pathList], token}
}
