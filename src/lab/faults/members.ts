import {join} from 'node:path'

import {nodeLayout} from '../../config/node-layout.js'
import {wanMembers} from '../../consul/api.js'
import {primaryOf, serversOf} from '../../federation/selectors.js'
import {localProcess} from '../../hosts/local-process.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {stopProcess} from '../../system/background-process.js'
import {removeIfExists} from '../../system/files.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenSecondary, brokenServer, firstServerOf, reconfigure, restart, untilTrue} from './nodes.js'
import {secondClusterNode, startSecondCluster} from './second-cluster.js'

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
      await untilMember(lab.context, `${brokenServer(lab.context.federation).name}${suffix}`)
      await reconfigure(lab, brokenServer(lab.context.federation), (config) => config)
    },
    cause: undefined,
    checks: ['wan.unexpected'],
    id: 'stale-member',
    mend: renewWanPool,
    title: 'the WAN pool still has a server that is gone, under a name that it had once',
  },
  {
    async break(lab) {
      await startSecondCluster(lab)
      await untilMember(lab.context, secondClusterNode(lab.context.federation))
    },
    cause: 'names.wrong',
    checks: ['names.datacenter'],
    id: 'datacenter-twice',
    mend: renewWanPool,
    needs: ['tls'],
    title: 'a second cluster has the name of a secondary and has joined the WAN pool',
  },
]

async function rename(lab: LabToBreak, suffix: string): Promise<void> {
  await reconfigure(lab, brokenServer(lab.context.federation), (config) => ({
    ...config,
    node_name: `${config.node_name}${suffix}`,
  }))
}

/** Waits until a server of the secondary stands in the WAN pool of the primary. */
async function untilMember(context: RunbookContext, node: string): Promise<void> {
  const {signal} = context.ports
  const client = await context.client(firstServerOf(primaryOf(context.federation)))
  const member = `${node}.${brokenSecondary(context.federation).name}`
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
