import {readdir} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {isErrno, readIfExists, unreadable} from '../system/files.js'
import type {HclBody} from './hcl.js'
import {withoutInitialManagement} from './initial-management.js'
import {renderedPaths} from './node-layout.js'
import {readHcl} from './read-hcl.js'
import {renderNode, type TlsMaterial} from './render-node.js'
import {type SecretSource, secretsOf} from './render-secrets.js'
import {readTlsMaterial} from './tls-material.js'

/** How the rendered files of an agent compare with what would be rendered now. Holds secrets in `text`: never show it. */
export interface ConfigurationState {
  /** Paths below the rendered folder, of files that are not as they would be; keys of the configuration that differ, without values. */
  readonly differing: readonly {readonly keys: readonly string[]; readonly path: string}[]
  /** What `consul validate` and the agent read: an absolute path here. */
  readonly folder: string
  /** Paths of files that are not there. */
  readonly missing: readonly string[]
  /** Whether a configuration lies there at all. */
  readonly rendered: boolean
  /** Other files of that folder that Consul reads too. */
  readonly strangers: readonly string[]
  /** The configuration that lies there, else the one that would be rendered. */
  readonly text: string
}

/** Writes nothing and generates nothing. @throws FedctlError `file.unreadable`. */
export async function configurationState(
  federation: Federation,
  agent: Agent,
  source: SecretSource,
): Promise<ConfigurationState> {
  const secrets = await secretsOf(federation, agent, source, false)
  const planned = await renderNode(federation, agent, secrets, await materialOf(federation, agent))
  const node = workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name)
  const {configFile} = renderedPaths(agent)
  const files = await Promise.all(
    planned.map(async ({content, path}) => ({
      content,
      lies: await textOf(join(node, path)),
      path,
    })),
  )
  const configuration = files.find(({path}) => path === configFile)
  const folder = join(node, dirname(configFile))
  return {
    differing: files.flatMap(({content, lies, path}) =>
      lies === undefined || lies === content
        ? []
        : [{keys: path === configFile ? differingKeys(readHcl(lies), readHcl(content)) : [], path}],
    ),
    folder,
    missing: files.filter(({lies}) => lies === undefined).map(({path}) => path),
    rendered: configuration?.lies !== undefined,
    strangers: await strangersIn(folder, basename(configFile)),
    text: configuration?.lies ?? configuration?.content ?? '',
  }
}

/** The management token of a first start comes and goes with a runbook. */
async function textOf(file: string): Promise<string | undefined> {
  const content = await readIfExists(file)
  return content && withoutInitialManagement(content.toString('utf8'))
}

/** Certificates that are missing or damaged are the matter of others. */
async function materialOf(federation: Federation, agent: Agent): Promise<TlsMaterial | undefined> {
  try {
    return await readTlsMaterial(federation, agent)
  } catch (error) {
    if (error instanceof FedctlError && error.code === 'pki.certificate-invalid') return undefined
    throw error
  }
}

/** Names such as `acl.enabled`; none where one of the two cannot be read. */
export function differingKeys(one: HclBody | undefined, other: HclBody | undefined, prefix = ''): string[] {
  if (!one || !other) return []
  const keys = [...new Set([...Object.keys(other), ...Object.keys(one)])]
  return keys.flatMap((key) => {
    const [a, b] = [one[key], other[key]]
    if (isBody(a) && isBody(b)) return differingKeys(a, b, `${prefix}${key}.`)
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [prefix + key]
  })
}

/** Consul reads every `.hcl` and `.json` file of its folder ("agent/config/builder.go, 1.8–1.21"). */
async function strangersIn(folder: string, own: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {withFileTypes: true})
    const names = entries.filter((entry) => !entry.isDirectory()).map(({name}) => name)
    return names.filter((name) => name !== own && /\.(?:hcl|json)$/.test(name)).sort()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(folder, error)
  }
}

function isBody(value: HclBody[string]): value is HclBody {
  return typeof value === 'object' && !Array.isArray(value)
}
