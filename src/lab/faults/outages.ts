import {rm} from 'node:fs/promises'

import {nodeLayout} from '../../config/node-layout.js'
import type {Agent, Federation} from '../../federation/model.js'
import type {Fault} from './fault.js'
import {brokenSecondary, brokenServer, crash, reconfigure} from './nodes.js'

export const outageFaults: readonly Fault[] = [
  {
    break: ({context}) => crash(context, brokenServer(context.federation).id),
    cause: 'access.server-down',
    checks: ['access.api'],
    id: 'server-down',
    title: 'a server of a secondary has ended',
  },
  {
    async break(lab) {
      const {federation} = lab.context
      const {servers} = brokenSecondary(federation)
      for (const server of servers) {
        await reconfigure(lab, server, (config) => ({
          ...config,
          bootstrap_expect: servers.length + 2,
          data_dir: emptyData(federation, server),
        }))
      }
    },
    cause: 'raft.no-leader',
    checks: ['raft.leader'],
    id: 'no-leader',
    async mend({context: {federation}}) {
      for (const server of brokenSecondary(federation).servers)
        await rm(emptyData(federation, server), {force: true, recursive: true})
    },
    title: 'the servers of a secondary run and elect no leader: they wait for more servers than there are',
  },
]

function emptyData(federation: Federation, server: Agent): string {
  return `${nodeLayout(federation, server).dataDir}-leaderless`
}
