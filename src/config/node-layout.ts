import {join} from 'node:path'

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

/** Paths of rendered files below the node's folder in `rendered/`; below `/` of a host that a person installs. */
export const renderedPaths = {
  caFile: 'etc/consul.d/tls/ca.pem',
  certFile: 'etc/consul.d/tls/agent.pem',
  configFile: 'etc/consul.d/consul.hcl',
  keyFile: 'etc/consul.d/tls/agent-key.pem',
} as const

/**
 * Where an agent's files and data lie. On `manual` hosts as Consul's packages have it; on `local` hosts the agent reads its rendered
 * folder in the workspace, and its data lies among what fedctl runs there.
 */
export function nodeLayout(federation: Federation, agent: Agent): NodeLayout {
  const paths = workspacePaths(federation.workspace)
  const isLocal = agent.host === 'local'
  const root = isLocal ? paths.rendered(agent.datacenter, agent.name) : '/'
  return {
    caFile: join(root, renderedPaths.caFile),
    certFile: join(root, renderedPaths.certFile),
    configDir: join(root, 'etc/consul.d'),
    configFile: join(root, renderedPaths.configFile),
    dataDir: isLocal ? join(paths.run, agent.datacenter, agent.name, 'data') : '/opt/consul',
    keyFile: join(root, renderedPaths.keyFile),
  }
}
