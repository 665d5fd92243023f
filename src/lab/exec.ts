import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {basename, delimiter, dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'

const fromTerminal = ['SIGINT', 'SIGQUIT'] as const
const fromOthers = ['SIGHUP', 'SIGTERM'] as const

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Consul's own environment variables for a datacenter of the lab, and none of the caller's. The token travels as a file name.
 * @param consul path of the binary of the lab. Its folder comes first on the PATH, so that a script finds the same one.
 */
export function labEnvironment(
  federation: Federation,
  datacenter: string,
  consul: string,
  env: Environment,
): Environment {
  const server = datacenterOf(federation, datacenter).servers[0]
  if (!server) throw new FedctlError('bug', `datacenter ${datacenter} has no server`)
  const {caFile, serverName, url} = server.api
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('CONSUL_'))),
    CONSUL_HTTP_ADDR: url,
    ...(federation.acl.enabled
      ? {CONSUL_HTTP_TOKEN_FILE: workspacePaths(federation.workspace).tokenFile('management')}
      : {}),
    ...(caFile === undefined ? {} : {CONSUL_CACERT: caFile}),
    ...(serverName === undefined ? {} : {CONSUL_TLS_SERVER_NAME: serverName}),
    ...(basename(consul) === 'consul'
      ? {PATH: [dirname(consul), ...(env.PATH ? [env.PATH] : [])].join(delimiter)}
      : {}),
  }
}

/**
 * Runs a program on the terminal of the caller and waits for it. `consul` is the binary of the lab; what stands in `enter` comes before
 * its command line.
 * What the terminal sends reaches that program by itself and does not end this one; SIGTERM and SIGHUP are passed on.
 * @returns Its exit code; 128 plus the number of the signal that ended it.
 */
export async function runInLab(
  [file, ...args]: readonly [string, ...string[]],
  env: Environment,
  consul: string,
  enter: readonly string[] = [],
): Promise<number> {
  const stay = () => undefined
  const passOn = (signal: NodeJS.Signals) => child.kill(signal)
  for (const signal of fromTerminal) process.on(signal, stay)
  for (const signal of fromOthers) process.on(signal, passOn)
  const [program, ...programArguments] = [...enter, file === 'consul' ? consul : file, ...args] as [string, ...string[]]
  const child = spawn(program, programArguments, {env: {...env}, stdio: 'inherit'})
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new FedctlError('process.failed', `cannot run ${file}: ${error.message}`, {
          cause: error,
          suggestions: ['see whether that program is installed'],
        }),
      ),
    )
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  }).finally(() => {
    for (const signal of fromTerminal) process.off(signal, stay)
    for (const signal of fromOthers) process.off(signal, passOn)
  })
}
