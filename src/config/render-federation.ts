import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {planRender, type RenderAction, type RenderRequest, writeRendered} from './render-plan.js'
import {existingSecrets} from './render-secrets.js'

/** A rendered file without its content: what may be shown. */
export interface RenderedFileSummary {
  readonly action: RenderAction
  /** Path where it lies, or would. */
  readonly file: string
  /** `<datacenter>/<node>`. */
  readonly node: string
  readonly secret: boolean
}

/**
 * Renders the chosen agents and writes what is new or changed. A dry run writes nothing and generates no secret.
 * @throws FedctlError as `planRender` and `writeRendered` do.
 */
export async function renderFederation(
  federation: Federation,
  secrets: Secrets,
  request: RenderRequest & {readonly dryRun: boolean},
): Promise<RenderedFileSummary[]> {
  const plan = await planRender(federation, request.dryRun ? existingSecrets(secrets) : secrets, request)
  if (!request.dryRun) await writeRendered(plan)
  return plan.map(({action, node, secret, target}) => ({action, file: target, node, secret}))
}
