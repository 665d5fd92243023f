import {openClient, type Credentials} from '../consul/access.js'
import type {Federation, Gateway} from '../federation/model.js'
import {agentBeside, datacenterOf} from '../federation/selectors.js'
import {observeService} from './observe-service.js'
import {applyRegistration, maintenanceOf, planRegistration} from './registration.js'

export interface RegisterOptions extends Pick<Credentials, 'env' | 'secrets'> {
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

export interface RegisterResult {
  readonly action: 'register' | 'none'
  readonly agent: string
  readonly gateway: string
  /** What is or would be done, in words. */
  readonly summary: string
}

/**
 * Registers gateways with the agents beside them, where they do not stand there as the federation file has them.
 * @returns One result per gateway. @throws RequestError where an agent does not answer or refuses; the gateways before it are registered then.
 */
export async function registerGateways(
  federation: Federation,
  gateways: readonly Gateway[],
  {dryRun, env, secrets, signal}: RegisterOptions,
): Promise<RegisterResult[]> {
  const results: RegisterResult[] = []
  for (const gateway of gateways) {
    const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
    const client = await openClient(agent.api, {env, roles: ['gateway', 'management'], secrets})
    try {
      const observed = await observeService(client, gateway.name, signal)
      const changes = planRegistration(federation, gateway, observed)
      for (const change of dryRun ? [] : changes)
        await applyRegistration(client, change, signal, secrets.knownToken('gateway')?.secretId)
      const [change] = changes
      const asItShould = [`the gateway ${gateway.id} is registered with the agent ${agent.id}`]
      const summary = change?.summary ?? [...asItShould, ...maintenanceOf(gateway, observed)].join('; ')
      results.push({action: change ? 'register' : 'none', agent: agent.id, gateway: gateway.id, summary})
    } finally {
      await client.close()
    }
  }
  return results
}
