import {spawn} from 'node:child_process'
import {delimiter, dirname} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Consul's own environment variables for a datacenter of the lab. The token travels as a file name. */
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
    ...env,
    CONSUL_HTTP_ADDR: url,
    CONSUL_HTTP_TOKEN: undefined,
    CONSUL_HTTP_TOKEN_FILE: federation.acl.enabled
      ? workspacePaths(federation.workspace).tokenFile('management')
      : undefined,
    ...(caFile === undefined ? {} : {CONSUL_CACERT: caFile}),
    ...(serverName === undefined ? {} : {CONSUL_TLS_SERVER_NAME: serverName}),
    PATH: `${env.PATH ?? ''}${delimiter}${dirname(consul)}`,
  }
}

/**
 * Runs a program on the terminal of the caller and waits for it. `consul` is the binary of the lab.
 * @returns Its exit code; 128 plus the number of the signal that ended it.
 */
export async function runInLab(
  [file, ...args]: readonly [string, ...string[]],
  env: Environment,
  consul: string,
): Promise<number> {
  const {constants} = await import('node:os')
  return new Promise((resolve, reject) => {
    const child = spawn(file === 'consul' ? consul : file, args, {env: {...env}, stdio: 'inherit'})
    child.once('error', (error) =>
      reject(
        new FedctlError('process.failed', `cannot run ${file}: ${error.message}`, {
          cause: error,
          suggestions: ['see whether that program is installed'],
        }),
      ),
    )
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
