import {dirname} from 'node:path'

import {type Journal, journalledChange} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {removeAbandoned} from '../system/abandoned-files.js'
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
  request: RenderRequest & {readonly dryRun: boolean; readonly journal: Journal},
): Promise<RenderedFileSummary[]> {
  const plan = await planRender(federation, request.dryRun ? existingSecrets(secrets) : secrets, request)
  // The lock sees to the workspace itself.
  const elsewhere = request.out === undefined || request.dryRun ? [] : plan.map(({target}) => dirname(target))
  for (const folder of new Set(elsewhere)) await removeAbandoned(folder, {recursive: false})
  const changed = [...new Set(plan.filter(({action}) => action !== 'unchanged').map(({node}) => node))]
  if (!request.dryRun && changed.length > 0) {
    await journalledChange(request.journal, `write the configuration of ${changed.join(', ')}`, () =>
      writeRendered(plan),
    )
  }
  return plan.map(({action, node, secret, target}) => ({action, file: target, node, secret}))
}
