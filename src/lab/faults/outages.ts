import {portBehind} from '../stand-ins/wrong-clock.js'
import {emptyData, removeEmptyData} from './empty-data.js'
import type {Fault} from './fault.js'
import {brokenSecondary, brokenServer, crash, reconfigure} from './nodes.js'
import {besideOf, startStandIn} from './processes.js'

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
  {
    async break(lab) {
      const server = brokenServer(lab.context.federation)
      const http = portBehind(server)
      await reconfigure(lab, server, (config) => ({...config, ports: {...config.ports, http}}))
      await startStandIn(lab, {kind: 'wrong-clock', node: server.id, process: besideOf(server.id)})
    },
    cause: undefined,
    checks: ['access.clock'],
    id: 'clock-wrong',
    title:
      'the clock of a server is five minutes ahead; simulated by a proxy that changes the time which its API tells',
  },
]
