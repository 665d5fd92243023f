import {type AgentConfig, agentConfig} from '../../config/agent-config.js'
import {agentHcl} from '../../config/agent-hcl.js'
import {nodeLayout} from '../../config/node-layout.js'
import {secretsOf} from '../../config/render-secrets.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Agent, Datacenter, Federation} from '../../federation/model.js'
import {secondariesOf} from '../../federation/selectors.js'
import {localProcess} from '../../hosts/local-process.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {findProcess} from '../../system/background-process.js'
import {writeWhole} from '../../system/files.js'
import type {Ports} from '../../system/ports.js'
import type {LabToBreak} from './fault.js'

const endsWithinMs = 10_000
const pollMs = 20
const waitMs = 500

/** The secondary that faults are made in. */
export function brokenSecondary(federation: Federation): Datacenter {
  const [first] = secondariesOf(federation)
  if (!first) throw new FedctlError('bug', 'the lab has no secondary datacenter')
  return first
}

/** The server that faults of one server are made in. */
export function brokenServer(federation: Federation): Agent {
  return firstServerOf(brokenSecondary(federation))
}

/** The server that is asked and changed for the whole datacenter. */
export function firstServerOf({name, servers}: Datacenter): Agent {
  const [first] = servers
  if (!first) throw new FedctlError('bug', `datacenter ${name} has no server`)
  return first
}

/** Writes the configuration of an agent with a change and restarts it with that. Waits for nothing. */
export async function reconfigure(
  lab: LabToBreak,
  agent: Agent,
  change: (config: AgentConfig) => AgentConfig,
): Promise<void> {
  const {federation, renderSecrets} = lab.context
  const layout = nodeLayout(federation, agent)
  const secrets = await secretsOf(federation, agent, renderSecrets, false)
  await lab.keep(layout.configFile)
  await writeWhole(layout.configFile, await agentHcl(change(agentConfig(federation, agent, secrets, layout))))
  await restart(lab.context, agent)
}

/** Restarts an agent with the files that lie there, and waits for nothing. @throws What the host throws. */
export async function restart({hosts, ports}: RunbookContext, {host, id}: Agent): Promise<void> {
  await hosts[host].apply({host, kind: 'restart-agent', node: id, summary: `restart ${id}`}, ports.signal)
}

/** Ends an agent or gateway at once, as a crash would; its pid file stays. @throws FedctlError `process.failed`. */
export async function crash({federation, ports}: RunbookContext, node: string): Promise<void> {
  const {pidFile} = localProcess(federation, node)
  const found = await findProcess(pidFile)
  if (!found?.alive) return
  process.kill(found.pid, 'SIGKILL')
  const deadline = ports.clock.monotonicMs() + endsWithinMs
  while ((await findProcess(pidFile))?.alive) {
    if (ports.clock.monotonicMs() > deadline) throw new FedctlError('process.failed', `${node} does not end`)
    await ports.clock.sleep(pollMs, ports.signal)
  }
}

/**
 * Waits for something that Consul does by itself.
 * @throws FedctlError `process.failed` with the text `failure` after `withinMs` milliseconds.
 */
export async function untilTrue(
  {clock, signal}: Pick<Ports, 'clock' | 'signal'>,
  {failure, withinMs}: {readonly failure: string; readonly withinMs: number},
  isTrue: () => Promise<boolean>,
): Promise<void> {
  const deadline = clock.monotonicMs() + withinMs
  while (!(await isTrue())) {
    if (clock.monotonicMs() > deadline) {
      throw new FedctlError('process.failed', failure, {
        suggestions: ['mend the lab, then run the same command again: fedctl lab mend'],
      })
    }
    await clock.sleep(waitMs, signal)
  }
}
