import {FedctlError} from '../errors/fedctl-error.js'
import {runProgram} from '../system/run.js'

export interface ConsulBinary {
  readonly path: string
  /** Such as `1.8.7`. */
  readonly version: string
}

const oldestMinor = 8

/**
 * The consul binary: FEDCTL_CONSUL if set, else `consul` on the PATH.
 * @throws FedctlError `consul.missing`, `consul.not-consul` or `consul.too-old` (mesh-gateway federation is there since 1.8).
 */
export async function findConsul(
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<ConsulBinary> {
  const path = env.FEDCTL_CONSUL ?? 'consul'
  const text = await versionText(path, env, signal)
  const found = /^Consul v(\d+)\.(\d+)\.(\S+)/m.exec(text)
  if (!found) {
    throw new FedctlError(
      'consul.not-consul',
      `${path} is not Consul: \`${path} version\` says ${JSON.stringify(text.slice(0, 80))}`,
      {
        suggestions: ['point FEDCTL_CONSUL to a consul binary'],
      },
    )
  }
  const [, major = '', minor = '', patch = ''] = found
  const version = `${major}.${minor}.${patch}`
  if (Number(major) === 1 && Number(minor) < oldestMinor) {
    throw new FedctlError(
      'consul.too-old',
      `${path} is Consul ${version}, and federation through mesh gateways needs 1.8 or newer`,
      {
        suggestions: ['install a newer Consul, or point FEDCTL_CONSUL to one'],
      },
    )
  }
  return {path, version}
}

async function versionText(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<string> {
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
