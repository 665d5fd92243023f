import pMap from 'p-map'

import {configurationState, type ConfigurationState} from '../../config/configuration-state.js'
import {readHcl} from '../../config/read-hcl.js'
import {existingSecrets} from '../../config/render-secrets.js'
import {type ConsulBinary, findConsul} from '../../consul/binary.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Federation} from '../../federation/model.js'
import type {Secrets} from '../../federation/secrets.js'
import {agentsOf, datacenterOf} from '../../federation/selectors.js'
import type {Ports} from '../../system/ports.js'
import {runProgram} from '../../system/run.js'
import {parseVersion} from '../../versions/version.js'
import {answered, failed} from '../answer.js'
import type {ConfigurationFacts, Validity} from '../preflight-facts.js'
import type {AgentFacts, Answer} from '../snapshot.js'
import {configuredAgent} from './configured-agent.js'

/** What an agent's configuration is, and what it makes of the agent. */
export interface ObservedConfiguration {
  readonly agent: Answer<AgentFacts>
  readonly facts: ConfigurationFacts
}

/** A Consul here that can be asked about configuration, or why there is none. */
type Binary = {readonly found: ConsulBinary} | {readonly missing: string}

const atOnce = 4

/** By agent id: the configuration of every agent as it lies in the workspace, read and given to `consul validate`; nothing is written. */
export async function observeConfigurations(
  federation: Federation,
  secrets: Secrets,
  ports: Pick<Ports, 'env' | 'signal'>,
): Promise<ReadonlyMap<string, ObservedConfiguration>> {
  const binary = await binaryHere(ports)
  const source = existingSecrets(secrets)
  const observed = await pMap(
    federation.datacenters.flatMap(agentsOf),
    async (agent): Promise<[string, ObservedConfiguration]> => {
      const {consul} = datacenterOf(federation, agent.datacenter)
      const state = await configurationState(federation, agent, source)
      const {differing, missing, rendered, strangers} = state
      const validity = await validityOf(state, consul, binary, ports)
      return [agent.id, {agent: agentOf(state, consul), facts: {differing, missing, rendered, strangers, validity}}]
    },
    {concurrency: atOnce, signal: ports.signal},
  )
  return new Map(observed)
}

/** A configuration that cannot be read to the letter is not guessed at. */
function agentOf({strangers, text}: ConfigurationState, version: string): Answer<AgentFacts> {
  const configuration = readHcl(text)
  if (strangers.length > 0) {
    return failed(
      'malformed',
      `other files stand beside the configuration that fedctl rendered: ${strangers.join(', ')}`,
    )
  }
  if (!configuration) return failed('malformed', 'the rendered configuration was edited: fedctl did not write it so')
  return answered(configuredAgent(configuration, version))
}

async function validityOf(
  {folder, rendered}: ConfigurationState,
  wanted: string,
  binary: Binary,
  {env, signal}: Pick<Ports, 'env' | 'signal'>,
): Promise<Validity> {
  if (!rendered) return {outcome: 'unknown', text: 'it is not rendered yet'}
  if ('missing' in binary) return {outcome: 'unknown', text: binary.missing}
  const {path, version} = binary.found
  if (!sameMinor(version, wanted)) {
    return {outcome: 'unknown', text: `Consul is ${version} here, and ${wanted} is to read it`}
  }
  const {exitCode, stderr, stdout} = await runProgram(path, ['validate', folder], {env, signal})
  const text = exitCode === 0 ? `Consul ${version}` : complaintIn(stderr + stdout)
  return {outcome: exitCode === 0 ? 'valid' : 'invalid', text}
}

async function binaryHere({env, signal}: Pick<Ports, 'env' | 'signal'>): Promise<Binary> {
  try {
    return {found: await findConsul(env, signal)}
  } catch (error) {
    if (error instanceof FedctlError) return {missing: error.message}
    throw error
  }
}

function sameMinor(one: string, other: string): boolean {
  const [a, b] = [parseVersion(one), parseVersion(other)]
  return a !== undefined && a.major === b?.major && a.minor === b.minor
}

/** The error, without the warnings before it. */
function complaintIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const start = lines.findIndex((line) => /validation failed/i.test(line))
  return lines
    .slice(Math.max(start, 0))
    .filter((line) => line !== '')
    .join(' ')
    .replace(/^Config validation failed: /, '')
}
