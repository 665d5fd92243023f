import {createHash} from 'node:crypto'
import {join} from 'node:path'

import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists} from '../system/files.js'
import {withoutInitialManagement} from './initial-management.js'
import {renderedPaths} from './node-layout.js'
import {planRender} from './render-plan.js'
import type {SecretSource} from './render-secrets.js'

/**
 * What identifies the configuration that an agent should run with. The initial management token does not count, so its removal asks for no restart.
 * @returns A SHA-256 in hex. @throws As `planRender`.
 */
export async function configurationDigest(
  federation: Federation,
  secrets: SecretSource,
  agent: Agent,
): Promise<string> {
  return digestOf(await planRender(federation, secrets, {dc: agent.datacenter, node: agent.name}))
}

/** What identifies the files of an agent as they lie in `rendered/` now; the same as `configurationDigest` where they are up to date. */
export async function renderedDigest(federation: Federation, agent: Agent): Promise<string> {
  return digestOf(await renderedFiles(federation, agent))
}

/** Like `renderedDigest`, and the initial management token does not count: what an agent runs with once it has read its files. */
export async function loadedDigest(federation: Federation, agent: Agent): Promise<string> {
  const files = await renderedFiles(federation, agent)
  return digestOf(files.map(({content, path}) => ({content: withoutInitialManagement(content), path})))
}

async function renderedFiles(federation: Federation, agent: Agent): Promise<{content: string; path: string}[]> {
  const folder = workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name)
  const {caFile, certFile, configFile, keyFile} = renderedPaths(agent)
  const files = await Promise.all(
    [configFile, ...(federation.tls.enabled ? [caFile, certFile, keyFile] : [])].map(async (path) => ({
      content: (await readIfExists(join(folder, path)))?.toString('utf8'),
      path,
    })),
  )
  return files.flatMap(({content, path}) => (content === undefined ? [] : [{content, path}]))
}

function digestOf(files: readonly {readonly content: string; readonly path: string}[]): string {
  const hash = createHash('sha256')
  for (const {content, path} of files) hash.update(`${path}\n${content}\n`)
  return hash.digest('hex')
}
