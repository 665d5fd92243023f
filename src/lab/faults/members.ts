import {join} from 'node:path'

import {nodeLayout} from '../../config/node-layout.js'
import {wanMembers} from '../../consul/api.js'
import {primaryOf, serversOf} from '../../federation/selectors.js'
import {localProcess} from '../../hosts/local-process.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {stopProcess} from '../../system/background-process.js'
import {removeIfExists} from '../../system/files.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenServer, firstServerOf, reconfigure, restart, untilTrue} from './nodes.js'

const joinsWithinMs = 60_000
const stopGraceMs = 10_000

/** Faults that leave a name in the WAN pool. */
export const memberFaults: readonly Fault[] = [
  {
    break: (lab) => rename(lab, '.example'),
    cause: 'names.wrong',
    checks: ['names.node'],
    id: 'node-name-dotted',
    mend: renewWanPool,
    title: 'the node name of a server has a dot',
  },
  {
    async break(lab) {
      const suffix = '-old'
      await rename(lab, suffix)
      await untilMember(lab.context, suffix)
      await reconfigure(lab, brokenServer(lab.context.federation), (config) => config)
    },
    cause: undefined,
    checks: ['wan.unexpected'],
    id: 'stale-member',
    mend: renewWanPool,
    title: 'the WAN pool still has a server that is gone, under a name that it had once',
  },
]

async function rename(lab: LabToBreak, suffix: string): Promise<void> {
  await reconfigure(lab, brokenServer(lab.context.federation), (config) => ({
    ...config,
    node_name: `${config.node_name}${suffix}`,
  }))
}

async function untilMember(context: RunbookContext, suffix: string): Promise<void> {
  const {signal} = context.ports
  const {datacenter, name} = brokenServer(context.federation)
  const client = await context.client(firstServerOf(primaryOf(context.federation)))
  const member = `${name}${suffix}.${datacenter}`
  const failure = `${member} has not joined the WAN pool`
  await untilTrue(context.ports, {failure, withinMs: joinsWithinMs}, async () =>
    (await wanMembers(client, {signal})).some(({Name}) => Name === member),
  )
}

/**
 * Lets every server forget the WAN pool and join anew: a name can be taken out of it since 1.11 only, and each server that has it
 * tells the others.
 */
async function renewWanPool({context}: Pick<LabToBreak, 'context'>): Promise<void> {
  const servers = serversOf(context.federation)
  const {clock, signal} = context.ports
  for (const {id} of servers) {
    const {pidFile} = localProcess(context.federation, id)
    await stopProcess(pidFile, {clock, graceMs: stopGraceMs, name: id, signal})
  }
  for (const server of servers) {
    await removeIfExists(join(nodeLayout(context.federation, server).dataDir, 'serf', 'remote.snapshot'))
    await restart(context, server)
  }
}
