import {createHash} from 'node:crypto'
import {createWriteStream} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'

import {SetupError} from './programs.js'

/** The release that is downloaded, and the SHA-256 of its archive for each platform. Both change together. */
export const consulRelease = {
  sha256: {
    darwin_amd64: '3156e821b9d707fcb9dc85a26693e9c17b98e19585a3b0ed4df4e926abdee2ef',
    darwin_arm64: 'dae25622ac91a2643dfc57365951fb6ce88aab244998329316b2eb9b9c94bf30',
    linux_amd64: 'a641502dc2bd28e1ed72d3d48a0e8b98c83104d827cf33bee2aed198c0b849df',
    linux_arm64: '50a1b6467a038166684fee25b70ebe9d710e154bd5a179f3e07c655c829646ea',
  },
  version: '1.21.4',
}

const connectMs = 10_000
const wholeMs = 60_000

/** @returns {string} this machine in the words of HashiCorp's file names, such as `linux_amd64` */
export function platformName() {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`
}

/**
 * Downloads HashiCorp's release and takes the binary out of it once its hash has been found right.
 * @param {string} folder an empty folder for the archive and the binary
 * @param {{ signal?: AbortSignal | undefined, origin?: string, release?: { version: string, sha256: Record<string, string> } }} [options]
 *   `origin` is the server, for tests
 * @returns {Promise<string>} path of the binary, executable, not run yet
 * @throws SetupError where there is no release for this platform, it does not come in time, or it is not the pinned one
 */
export async function downloadConsul(folder, options = {}) {
  const {origin = 'https://releases.hashicorp.com', release = consulRelease, signal} = options
  const platform = platformName()
  /** @type {Record<string, string>} */
  const sums = release.sha256
  const expected = sums[platform]
  if (expected === undefined) throw new SetupError(`no release of Consul ${release.version} is known for ${platform}`)

  const name = `consul_${release.version}_${platform}.zip`
  const archive = join(folder, name)
  const found = await download(`${origin}/consul/${release.version}/${name}`, archive, signal)
  if (found !== expected)
    throw new SetupError(`${name} has SHA-256 ${found} instead of ${expected}; it was thrown away`)

  const binary = join(folder, 'consul')
  await extract(archive, 'consul', binary)
  return binary
}

/**
 * @param {string} url
 * @param {string} path
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<string>} SHA-256 of what arrived, in hexadecimal digits
 */
async function download(url, path, signal) {
  const {EnvHttpProxyAgent, fetch} = await import('undici')
  const dispatcher = new EnvHttpProxyAgent({connect: {timeout: connectMs}, headersTimeout: connectMs})
  const limit = AbortSignal.timeout(wholeMs)
  try {
    const response = await fetch(url, {dispatcher, signal: signal ? AbortSignal.any([signal, limit]) : limit})
    if (!response.ok || !response.body) throw new SetupError(`${url} answered ${response.status}`)
    const {body} = response
    const hash = createHash('sha256')
    await pipeline(async function* () {
      for await (const chunk of body) {
        hash.update(chunk)
        yield chunk
      }
    }, createWriteStream(path))
    return hash.digest('hex')
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof SetupError) throw error
    if (limit.aborted) throw new SetupError(`${url} did not arrive within ${wholeMs / 1000} s`)
    throw new SetupError(`${url} cannot be downloaded: ${innermost(error)}`)
  } finally {
    await dispatcher.close()
  }
}

/**
 * @param {string} archive a zip file
 * @param {string} name of the file in it
 * @param {string} path where it goes, as an executable file
 */
async function extract(archive, name, path) {
  const {openPromise} = await import('yauzl')
  const zip = await openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== name) continue
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, {mode: 0o755}))
    return
  }
  throw new SetupError(`there is no ${name} in ${archive}`)
}

/**
 * A failed fetch says no more than `fetch failed`; the reason is its cause.
 * @param {unknown} error
 * @returns {string}
 */
function innermost(error) {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : innermost(error.cause)
}
