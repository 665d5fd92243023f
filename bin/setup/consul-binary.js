import {run, SetupError} from './programs.js'

const oldest = {major: 1, minor: 8}

/**
 * Runs `<path> version`, which every Consul answers with `Consul v<major>.<minor>.<patch>` in its first line.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the version, such as `1.21.4`
 * @throws SetupError with the reason why this is no Consul of 1.8 or newer
 */
export async function probeConsul(path, signal) {
  const {code, output} = await run(path, ['version'], {signal, timeoutMs: 15_000})
  if (code !== 0) throw new SetupError(`${path} version ended with ${code ?? 'a signal'}: ${firstLine(output)}`)
  const found = /^Consul v(?<version>(?<major>\d+)\.(?<minor>\d+)\.\S+)/.exec(output)?.groups
  if (!found) throw new SetupError(`${path} is not Consul: it says ${JSON.stringify(firstLine(output))}`)
  const [major, minor] = [Number(found['major']), Number(found['minor'])]
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    throw new SetupError(`${path} is Consul ${found['version']}; ${oldest.major}.${oldest.minor} or newer is needed`)
  }
  return String(found['version'])
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split('\n')[0] ?? ''
}
