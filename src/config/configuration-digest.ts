import {createHash} from 'node:crypto'

import type {Agent, Federation} from '../federation/model.js'
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
  const plan = await planRender(federation, secrets, {dc: agent.datacenter, node: agent.name})
  const hash = createHash('sha256')
  for (const file of plan) hash.update(`${file.path}\n${file.content}\n`)
  return hash.digest('hex')
}
