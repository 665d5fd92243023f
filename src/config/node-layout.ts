import {join} from 'node:path'

import {installationOf} from '../federation/installation.js'
import type {Agent, Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'

/** Where things lie on a node. Every path is absolute there. */
export interface NodeLayout {
  /** What `-config-dir` names. Consul reads `.hcl` and `.json` files in it, and no subfolders. */
  readonly configDir: string
  readonly configFile: string
  readonly dataDir: string
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
}

/** Names below the folder of the configuration. */
const names = {caFile: 'tls/ca.pem', certFile: 'tls/agent.pem', configFile: 'consul.hcl', keyFile: 'tls/agent-key.pem'}

/** Of a host where the agent reads its rendered folder in the workspace. */
const usualConfigDir = 'etc/consul.d'

/** Paths of rendered files below the node's folder in `rendered/`; below `/` of a host that a person installs. */
export function renderedPaths(agent: Agent): Pick<NodeLayout, 'caFile' | 'certFile' | 'configFile' | 'keyFile'> {
  const {configDir} = installationOf(agent)
  return filesIn(agent.host === 'local' ? usualConfigDir : configDir.slice(1))
}

/**
 * Where an agent's files and data lie. On `manual` hosts as the federation file says, or as Consul's packages have it; on `local` hosts
 * the agent reads its rendered folder in the workspace, and its data lies among what fedctl runs there.
 */
export function nodeLayout(federation: Federation, agent: Agent): NodeLayout {
  const paths = workspacePaths(federation.workspace)
  if (agent.host !== 'local') {
    const {configDir, dataDir} = installationOf(agent)
    return {...filesIn(configDir), configDir, dataDir}
  }
  const configDir = join(paths.rendered(agent.datacenter, agent.name), usualConfigDir)
  return {...filesIn(configDir), configDir, dataDir: join(paths.run, agent.datacenter, agent.name, 'data')}
}

function filesIn(configDir: string): Pick<NodeLayout, 'caFile' | 'certFile' | 'configFile' | 'keyFile'> {
  return {
    caFile: join(configDir, names.caFile),
    certFile: join(configDir, names.certFile),
    configFile: join(configDir, names.configFile),
    keyFile: join(configDir, names.keyFile),
  }
}
