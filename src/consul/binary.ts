import {access, constants} from 'node:fs/promises'
import {delimiter, resolve, sep} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {runProgram} from '../system/run.js'
import {isSupportedVersion, oldestSupported, parseVersion} from '../versions/version.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface ConsulBinary {
  readonly path: string
  /** Such as `1.8.7`. */
  readonly version: string
}

/**
 * The consul binary: FEDCTL_CONSUL, a path or a name on the PATH, if set, else `consul` on the PATH. Its path is absolute.
 * @throws FedctlError `consul.missing`, `consul.not-consul` or `consul.too-old` (mesh-gateway federation is there since 1.8).
 */
export async function findConsul(env: Environment, signal?: AbortSignal): Promise<ConsulBinary> {
  const path = await locate(env.FEDCTL_CONSUL || 'consul', env)
  const text = await versionText(path, env, signal)
  const version = /^Consul v(\S+)/m.exec(text)?.[1]
  if (version === undefined || !parseVersion(version)) {
    const said = JSON.stringify(text.split('\n')[0]?.slice(0, 80) ?? '')
    throw new FedctlError('consul.not-consul', `${path} is not Consul: \`${path} version\` says ${said}`, {
      suggestions: ['point FEDCTL_CONSUL to a consul binary'],
    })
  }
  if (!isSupportedVersion(version)) {
    const message = `${path} is Consul ${version}, and federation through mesh gateways needs ${oldestSupported} or newer`
    throw new FedctlError('consul.too-old', message, {
      suggestions: ['install a newer Consul, or point FEDCTL_CONSUL to one'],
    })
  }
  return {path, version}
}

/** As a shell does: a name is looked for on the PATH, a path is one from the current folder. Absolute, which stays right wherever a later run is started. */
async function locate(named: string, env: Environment): Promise<string> {
  return named.includes(sep) ? resolve(named) : ((await onPath(named, env)) ?? named)
}

async function onPath(name: string, {PATH}: Environment): Promise<string | undefined> {
  for (const folder of (PATH ?? '').split(delimiter)) {
    const path = resolve(folder, name)
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (folder !== '' && runs) return path
  }
  return undefined
}

async function versionText(path: string, env: Environment, signal?: AbortSignal): Promise<string> {
  try {
    const {stdout} = await runProgram(path, ['version'], {env, ...(signal ? {signal} : {})})
    return stdout
  } catch (error) {
    signal?.throwIfAborted()
    throw new FedctlError('consul.missing', `no consul binary: ${path} cannot be run`, {
      cause: error,
      suggestions: ['install Consul 1.8 or newer, or set FEDCTL_CONSUL to the path of a consul binary'],
    })
  }
}
