import {join, relative} from 'node:path'

import {withoutInitialManagement} from '../config/initial-management.js'
import {nodeLayout} from '../config/node-layout.js'
import {planRender} from '../config/render-plan.js'
import type {SecretSource} from '../config/render-secrets.js'
import {FedctlError} from '../errors/fedctl-error.js'
import {installationOf} from '../federation/installation.js'
import type {Agent, Federation, Gateway, Installation} from '../federation/model.js'
import {agentBeside, agentsOf, datacenterOf, gatewaysOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {gatewayPathsOf, renderEnvoyCommand} from '../gateway/envoy-command.js'
import {gatewayUnit} from '../gateway/envoy-unit.js'
import {forShell} from '../system/for-shell.js'
import {readIfExists} from '../system/files.js'
import {isOwnAddress} from '../system/own-address.js'
import type {HostChange} from './change.js'
import {type FileToInstall, installCommands, intoFile, onMachine, ownerNote} from './machine-shell.js'
import type {Machine, Task} from './task.js'

/** What tasks are made from. */
export interface TaskWorld {
  readonly federation: Federation
  /** @returns A command line of fedctl that works where this one was started. */
  readonly fedctl: (command: string) => string
  /** Whether the agent runs with a configuration that this workspace did not give it. */
  readonly isTakenOver?: boolean
  readonly secrets: SecretSource
}

/**
 * A change as a person carries it out.
 * @throws FedctlError as `planRender` does, and `federation.invalid` where the agent beside a gateway has no gRPC port.
 */
export async function taskOf(change: HostChange, world: TaskWorld): Promise<Task> {
  if (change.kind === 'start-gateway') return gatewayTask(change.summary, gatewayOf(world, change.node), world)
  const agent = agentOf(world, change.node)
  const [machine, {service}] = [machineOf(agent), installationOf(agent)]
  const unit = forShell(service)
  switch (change.kind) {
    case 'install-files':
      return installTask(change.summary, agent, world)
    case 'reload-agent':
      return {commands: [onMachine(machine, `systemctl reload ${unit}`)], machine, notes: [], title: change.summary}
    case 'restart-agent':
      return {
        commands: [onMachine(machine, `systemctl restart ${unit}`), ...backInService(agent).map(world.fedctl)],
        machine,
        notes:
          agent.kind === 'server' ? ['one server after the other: the last command waits until this one is back'] : [],
        title: change.summary,
      }
    case 'start-agent':
      return {
        // A unit of type notify is ready when its agent has joined the others, which may not be there yet.
        commands: [onMachine(machine, `systemctl enable --now --no-block ${unit}`)],
        machine,
        notes: [],
        title: change.summary,
      }
  }
}

async function installTask(title: string, agent: Agent, {federation, isTakenOver, secrets}: TaskWorld): Promise<Task> {
  const plan = await planRender(federation, secrets, {dc: agent.datacenter, node: agent.name})
  const files = plan.map(({mode, path, target}) => ({from: fromHere(target), mode, to: join('/', path)}))
  const [machine, installation] = [machineOf(agent), installationOf(agent)]
  const {configDir, dataDir} = nodeLayout(federation, agent)
  const rendered = fromHere(
    join(workspacePaths(federation.workspace).rendered(agent.datacenter, agent.name), configDir),
  )
  const contents = await Promise.all(plan.map(async ({target}) => (await readIfExists(target))?.toString('utf8') ?? ''))
  const isForFirstStart = contents.some((content) => withoutInitialManagement(content) !== content)
  return {
    commands: installCommands(machine, installation, files, [dataDir]),
    machine,
    notes: [
      `${rendered}/ → ${configDir}/`,
      ownerNote(installation),
      ...(isTakenOver
        ? [
            `every other file in ${configDir}/ goes on to count, and later names over earlier ones: put away what this replaces`,
          ]
        : []),
      ...(isForFirstStart
        ? ['it holds the management token for the first start; a later step takes it out again']
        : []),
    ],
    title,
  }
}

/** Envoy with systemd; beside it the gateway of labs, for who has no Envoy. */
function gatewayTask(title: string, gateway: Gateway, {federation, fedctl}: TaskWorld): Task {
  const agent = agentBeside(datacenterOf(federation, gateway.datacenter), gateway)
  const [machine, installation] = [machineOf(agent), installationOf(agent)]
  const unit = gatewayUnit(federation, gateway)
  const needsToken = federation.acl.enabled && agent.host !== 'local'
  const token = needsToken ? tokenInstallation(federation, gateway, machine, installation) : undefined
  const chosen = `--gateway ${gateway.id}`
  return {
    commands: [
      ...(token?.commands ?? []),
      intoFile(machine, fedctl(`gateway render ${chosen} --systemd`), `/etc/systemd/system/${unit}.service`),
      // One that runs already has another token or address.
      onMachine(machine, `systemctl daemon-reload && systemctl enable ${unit} && systemctl restart ${unit}`),
    ],
    machine,
    notes: [
      ...(token?.notes ?? []),
      `the unit ${unit} keeps Envoy running, which is to be on the PATH there:`,
      ...renderEnvoyCommand(federation, gateway).split('\n'),
      'or, for federation without services, HAProxy in its place, with the configuration that the first of these prints:',
      fedctl(`gateway render ${chosen} --haproxy`),
      fedctl(`gateway register ${chosen}`),
    ],
    ...(isOwnAddress(gateway.address)
      ? {
          otherwise: {
            // An agent that was just started refuses for a moment.
            command: `until ${fedctl(`gateway register ${chosen}`)}; do sleep 1; done; ${fedctl(`gateway run ${chosen}`)}`,
            when: 'without Envoy, for a test, in a shell of its own',
          },
        }
      : {}),
    title,
  }
}

function tokenInstallation(federation: Federation, gateway: Gateway, machine: Machine, installation: Installation) {
  const file: FileToInstall = {
    from: fromHere(workspacePaths(federation.workspace).tokenFile('gateway')),
    mode: 0o600,
    to: gatewayPathsOf(federation, gateway).tokenFile,
  }
  return {
    commands: installCommands(machine, installation, [file]),
    notes: [`${file.from} → ${file.to}`, ownerNote(installation)],
  }
}

/** A server that is not back yet is a warning only, as long as the others have a leader. */
function backInService({datacenter, kind}: Agent): string[] {
  const wait = '--only access.api,raft.leader --fail-on warning --wait 2m --output short'
  return kind === 'server' ? [`verify --dc ${datacenter} ${wait}`] : []
}

function machineOf({address, id}: Agent): Machine {
  return {address, isHere: isOwnAddress(address), name: id}
}

function fromHere(path: string): string {
  return relative(process.cwd(), path)
}

function agentOf({federation}: TaskWorld, id: string): Agent {
  const agent = federation.datacenters.flatMap(agentsOf).find((candidate) => candidate.id === id)
  if (!agent) throw new FedctlError('bug', `no agent ${id} in the federation`)
  return agent
}

function gatewayOf({federation}: TaskWorld, id: string): Gateway {
  const gateway = gatewaysOf(federation).find((candidate) => candidate.id === id)
  if (!gateway) throw new FedctlError('bug', `no gateway ${id} in the federation`)
  return gateway
}
