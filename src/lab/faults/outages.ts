import {emptyData, removeEmptyData} from './empty-data.js'
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
    mend: ({context: {federation}}) => removeEmptyData(federation, brokenSecondary(federation).servers),
    title: 'the servers of a secondary run and elect no leader: they wait for more servers than there are',
  },
]
