import {join, resolve} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {agentsOf, datacenterOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists, statIfExists, writeWhole} from '../system/files.js'
import {supports} from '../versions/features.js'
import {type RenderedFile, renderNode} from './render-node.js'
import {type SecretSource, secretsOf} from './render-secrets.js'
import {readTlsMaterial} from './tls-material.js'

export interface RenderRequest {
  /** This datacenter only. */
  readonly dc?: string | undefined
  /** Agents of this name only. */
  readonly node?: string | undefined
  /** A folder that stands in for `rendered/` of the workspace. */
  readonly out?: string | undefined
  /** Puts the management token into the primary's servers: for their first start, on a Consul that takes no BootstrapSecret. */
  readonly includeInitialManagement?: boolean | undefined
}

export type RenderAction = 'changed' | 'new' | 'unchanged'

/** A file as it should be, and what that means for what lies there. */
export interface PlannedFile extends RenderedFile {
  readonly action: RenderAction
  /** `<datacenter>/<node>`. */
  readonly node: string
  /** Where it is written. */
  readonly target: string
}

export type RenderPlan = readonly PlannedFile[]

/**
 * Renders the chosen agents and compares byte by byte, and by permissions, with what lies there. Writes nothing but secrets that the
 * source has to generate.
 * @throws FedctlError `usage` for an unknown datacenter or node, `pki.certificate-invalid` where certificates are missing.
 */
export async function planRender(
  federation: Federation,
  source: SecretSource,
  request: RenderRequest = {},
): Promise<RenderPlan> {
  const agents = chosenAgents(federation, request)
  const withManagement = request.includeInitialManagement ?? false
  if (withManagement) refuseInitialManagement(federation, agents)
  const files: PlannedFile[] = []
  for (const agent of agents) {
    const material = await readTlsMaterial(federation, agent)
    const secrets = await secretsOf(federation, agent, source, withManagement)
    const rendered = await renderNode(federation, agent, secrets, material)
    const folder = nodeFolder(federation, agent, request.out)
    files.push(...(await Promise.all(rendered.map((file) => planned(file, agent, folder)))))
  }
  return files
}

/** Writes what is new or changed, each file whole or not at all. @throws FedctlError `file.unwritable`. */
export async function writeRendered(plan: RenderPlan): Promise<void> {
  for (const file of plan) {
    if (file.action !== 'unchanged') await writeWhole(file.target, file.content, {mode: file.mode})
  }
}

function chosenAgents(federation: Federation, {dc, node}: RenderRequest): Agent[] {
  const datacenters = dc === undefined ? federation.datacenters : [datacenterOf(federation, dc)]
  const agents = datacenters.flatMap((datacenter) => agentsOf(datacenter))
  const chosen = node === undefined ? agents : agents.filter((agent) => agent.name === node)
  if (chosen.length > 0) return chosen
  const where = dc === undefined ? federation.file : `datacenter ${dc}`
  throw new FedctlError('usage', `no node is named ${JSON.stringify(node)} in ${where}`, {
    suggestions: [`use one of: ${agents.map((agent) => agent.name).join(', ')}`],
  })
}

function nodeFolder(federation: Federation, agent: Agent, out: string | undefined): string {
  const {rendered} = workspacePaths(federation.workspace)
  return out === undefined ? rendered(agent.datacenter, agent.name) : resolve(out, agent.datacenter, agent.name)
}

/** The management token reaches no file where another way exists: runbooks ask for it, and a runbook that asks wrongly is a defect. */
function refuseInitialManagement(federation: Federation, agents: readonly Agent[]): void {
  const {consul} = datacenterOf(federation, federation.primary)
  const elsewhere = agents.find((agent) => agent.datacenter !== federation.primary)
  const reason =
    (!federation.acl.enabled && 'ACLs are off') ||
    (elsewhere && `${elsewhere.id} is not in the primary`) ||
    (supports(consul, 'bootstrap-secret') && `Consul ${consul} takes a BootstrapSecret`)
  if (reason) throw new FedctlError('bug', `the management token must not be rendered: ${reason}`)
}

async function planned(file: RenderedFile, agent: Agent, folder: string): Promise<PlannedFile> {
  const target = join(folder, file.path)
  return {...file, action: await actionFor(file, target), node: agent.id, target}
}

async function actionFor(file: RenderedFile, target: string): Promise<RenderAction> {
  const [existing, stats] = await Promise.all([readIfExists(target), statIfExists(target)])
  if (!existing || !stats) return 'new'
  const isSame = existing.equals(Buffer.from(file.content)) && (stats.mode & 0o777) === file.mode
  return isSame ? 'unchanged' : 'changed'
}
