import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {isErrno} from './files.js'
import {findProgram, mustRun, SetupError} from './programs.js'

const attemptMs = 60_000
const repositoriesTried = 2
/** From the package debian-archive-keyring, which apt on Debian depends on. */
const keyrings = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp']

/**
 * Fetches packages of a Debian release and checks their signatures, without root and without a trace in the system:
 * apt works in a private folder, on a private list of sources, with the mirror and the proxy that this machine already uses.
 * @param {string} folder an empty folder
 * @param {{ codename: string, signal?: AbortSignal | undefined }} options `codename` of the release, such as `bookworm`
 * @returns {Promise<(name: string) => Promise<string>>} fetches a package by its name; resolves to the path of the file
 * @throws SetupError where this is no Debian, or its mirror does not carry that release
 */
export async function openDebianRelease(folder, {codename, signal}) {
  for (const program of ['apt-get', 'dpkg-deb']) {
    if (!(await findProgram(program, process.env))) throw new SetupError(`this machine has no ${program}`)
  }
  const keyring = await firstReadable(keyrings)
  if (!keyring) throw new SetupError(`this machine has no ${keyrings[0]}`)

  const reasons = []
  for (const repository of (await usedRepositories(signal)).slice(0, repositoriesTried)) {
    const apt = ['-c', await prepareApt(folder, `deb [signed-by=${keyring}] ${repository} ${codename} main`)]
    try {
      await mustRun('apt-get', [...apt, 'update'], {signal, timeoutMs: attemptMs})
      return (name) => downloadPackage(folder, apt, name, signal)
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      reasons.push(error.message)
    }
  }
  throw new SetupError(reasons.join('; ') || 'apt-get knows no repository')
}

/**
 * @param {string} file a Debian package
 * @param {string} folder
 * @param {AbortSignal} [signal]
 */
export async function unpackDebianPackage(file, folder, signal) {
  await mkdir(folder, {recursive: true})
  await mustRun('dpkg-deb', ['-x', file, folder], {signal, timeoutMs: attemptMs})
}

/**
 * @param {string} file a Debian package
 * @param {AbortSignal} [signal]
 * @returns {Promise<string[]>} names of the packages that it depends on; of alternatives the first
 */
export async function debianDependencies(file, signal) {
  const field = await mustRun('dpkg-deb', ['-f', file, 'Depends'], {signal, timeoutMs: attemptMs})
  return field.split(',').flatMap((dependency) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(dependency)?.[1] ?? [])
}

/**
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<string[]>} base addresses from the machine's own sources, those of whole releases before those of updates
 */
async function usedRepositories(signal) {
  const args = ['indextargets', '--format', '$(COMPONENT) $(RELEASE) $(REPO_URI)', 'Created-By: Packages']
  const lines = (await mustRun('apt-get', args, {signal, timeoutMs: attemptMs})).trim().split('\n')
  return rankRepositories(lines)
}

/**
 * @param {readonly string[]} lines component, release and address, with spaces between them
 * @returns {string[]} each address of a component `main` once, those of whole releases first
 */
export function rankRepositories(lines) {
  const rows = lines.map((line) => line.split(' ')).filter(([component, , address]) => component === 'main' && address)
  const isPartial = (/** @type {string[]} */ row) => (row[1]?.includes('-') ? 1 : 0)
  return [...new Set(rows.sort((a, b) => isPartial(a) - isPartial(b)).map((row) => String(row[2])))]
}

/**
 * @param {string} folder
 * @param {string} source one line of a sources list
 * @returns {Promise<string>} path of a configuration that keeps apt inside `folder`
 */
async function prepareApt(folder, source) {
  for (const path of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(folder, path), {recursive: true})
  const sources = join(folder, 'sources.list')
  const status = join(folder, 'status')
  const configuration = join(folder, 'apt.conf')
  await writeFile(sources, `${source}\n`, {mode: 0o600})
  await writeFile(status, '')
  const settings = {
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Sandbox::User': 'root',
    'APT::Update::Error-Mode': 'any',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '0',
    'Acquire::http::Timeout': '15',
    'Acquire::https::Timeout': '15',
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': status,
  }
  const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook};`)
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`)
  await writeFile(configuration, [...hooks, ...lines, ''].join('\n'))
  return configuration
}

/**
 * @param {string} folder
 * @param {readonly string[]} apt
 * @param {string} name
 * @param {AbortSignal | undefined} signal
 */
async function downloadPackage(folder, apt, name, signal) {
  await mustRun('apt-get', [...apt, 'download', name], {cwd: folder, signal, timeoutMs: attemptMs})
  const file = (await readdir(folder)).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'))
  if (!file) throw new SetupError(`apt-get download ${name} left no package`)
  return join(folder, file)
}

/** @param {readonly string[]} paths */
async function firstReadable(paths) {
  for (const path of paths) {
    try {
      await readFile(path)
      return path
    } catch (error) {
      if (!isErrno(error, 'ENOENT') && !isErrno(error, 'EACCES')) throw error
    }
  }
  return undefined
}
