import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import {agentsOf} from '../../federation/selectors.js'
import {workspacePaths} from '../../federation/workspace.js'
import {localProcess} from '../../hosts/local-process.js'
import {entering, everyAddress} from '../../hosts/namespaces.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {startInBackground, stopProcess} from '../../system/background-process.js'
import {unwritable, writeWhole} from '../../system/files.js'
import type {StandInKind} from '../stand-ins/stand-ins.js'
import type {LabToBreak} from './fault.js'

const stopGraceMs = 10_000

/** Ends a gateway and starts something else at its address, as the gateway's own process: what ends or looks at a lab finds it by that. */
export async function standInFor(lab: LabToBreak, gateway: string, kind: StandInKind): Promise<void> {
  const {clock, signal} = lab.context.ports
  const {digestFile, pidFile} = localProcess(lab.context.federation, gateway)
  await stopProcess(pidFile, {clock, graceMs: stopGraceMs, name: gateway, signal})
  await writeWhole(digestFile, kind)
  await startStandIn(lab, {kind, node: gateway, process: gateway})
}

/** Under this id runs what a fault adds to a lab beside a node; its pid file ends it with the lab. */
export function besideOf(node: string): string {
  return `${node}-of-fault`
}

/** Ends what faults have added to a lab, and removes its files. */
export async function endProcessesOfFaults({federation, ports}: RunbookContext): Promise<void> {
  const {clock, signal} = ports
  const paths = workspacePaths(federation.workspace)
  for (const {id} of federation.datacenters.flatMap(agentsOf)) {
    const process = besideOf(id)
    await stopProcess(localProcess(federation, process).pidFile, {clock, graceMs: stopGraceMs, name: process, signal})
    for (const folder of [join(paths.run, process), join(paths.root, 'rendered', process)]) await removeFolder(folder)
  }
}

/** Starts a server that is not in the federation file, with the configuration that lies there. */
export async function startServerBeside(lab: LabToBreak, process: string, configDir: string): Promise<void> {
  const {consul} = await lab.programs()
  const enter = await enteringFor(lab, process)
  await start(lab, process, [...enter, consul.path, 'agent', `-config-dir=${configDir}`])
}

interface StandInProcess {
  readonly kind: StandInKind
  /** In whose place it stands. */
  readonly node: string
  /** Under which id its pid file lies. */
  readonly process: string
}

/** Starts something in the place of a node, in the network of that. */
export async function startStandIn(lab: LabToBreak, {kind, node, process}: StandInProcess): Promise<void> {
  const {fedctl} = await lab.programs()
  const enter = await enteringFor(lab, node)
  const run = [...fedctl, 'lab', 'stand-in', kind, '--federation', lab.context.federation.file, '--node', node]
  await start(lab, process, enter.length === 0 ? run : [...enter, ...run, '--bind', everyAddress])
}

async function enteringFor({context: {federation}}: LabToBreak, node: string): Promise<readonly string[]> {
  return entering(federation.workspace, node.slice(0, node.indexOf('/')))
}

async function start(lab: LabToBreak, process: string, [file = '', ...args]: readonly string[]): Promise<void> {
  const {federation, ports} = lab.context
  const {HOME, PATH} = ports.env
  await startInBackground({...localProcess(federation, process), args, env: {HOME, PATH}, file})
}

async function removeFolder(path: string): Promise<void> {
  await rm(path, {force: true, maxRetries: 3, recursive: true}).catch((error: unknown) => {
    throw unwritable(path, error)
  })
}
