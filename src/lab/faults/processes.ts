import {localProcess} from '../../hosts/local-process.js'
import {startInBackground, stopProcess} from '../../system/background-process.js'
import {writeWhole} from '../../system/files.js'
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

interface StandInProcess {
  readonly kind: StandInKind
  /** In whose place it stands. */
  readonly node: string
  /** Under which id its pid file lies. */
  readonly process: string
}

async function startStandIn(lab: LabToBreak, {kind, node, process}: StandInProcess): Promise<void> {
  const {federation, ports} = lab.context
  const {HOME, PATH} = ports.env
  const [file, ...args] = (await lab.programs()).fedctl
  await startInBackground({
    ...localProcess(federation, process),
    args: [...args, 'lab', 'stand-in', kind, '--federation', federation.file, '--node', node],
    env: {HOME, PATH},
    file,
  })
}
