import type {Agent, Federation} from '../federation/model.js'
import {agentConfig} from './agent-config.js'
import {agentHcl} from './agent-hcl.js'
import type {ConfigSecrets} from './config-secrets.js'
import {nodeLayout, renderedPaths} from './node-layout.js'

/** A file of a node. */
export interface RenderedFile {
  readonly content: string
  /** Permission bits. */
  readonly mode: number
  /** Relative to `rendered/<dc>/<node>`, which stands for `/` of the node. */
  readonly path: string
  /** Whether it holds a key or token, so that its content is shown nowhere. */
  readonly secret: boolean
}

/** PEM texts for one agent. */
export interface TlsMaterial {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const secretMode = 0o600
const publicMode = 0o644

/**
 * All files of one agent, configuration first. Nothing is read but fedctl's own template, nothing is written.
 * @param material Undefined where TLS is off.
 */
export async function renderNode(
  federation: Federation,
  agent: Agent,
  secrets: ConfigSecrets,
  material: TlsMaterial | undefined,
): Promise<RenderedFile[]> {
  const config = agentConfig(federation, agent, secrets, nodeLayout(federation, agent))
  const paths = renderedPaths(agent)
  const configFile = {content: await agentHcl(config), mode: secretMode, path: paths.configFile, secret: true}
  return material ? [configFile, ...tlsFiles(material, paths)] : [configFile]
}

function tlsFiles(material: TlsMaterial, paths: ReturnType<typeof renderedPaths>): RenderedFile[] {
  return [
    {content: material.ca, mode: publicMode, path: paths.caFile, secret: false},
    {content: material.certificate, mode: publicMode, path: paths.certFile, secret: false},
    {content: material.key, mode: secretMode, path: paths.keyFile, secret: true},
  ]
}
