import {expect, test} from 'vitest'

import {observations} from '../../../src/observe/observation.js'
import {look, serversBehind, testWorkspace} from './looking.js'
import {recordedConsul} from './recorded-consul.js'

test.each([
  [true, 'asks'],
  [false, 'does not ask'],
])(
  'where the federation file has ACLs %s, it %s about them, since Consul logs each such question as an error',
  async (enabled) => {
    const [workspace, server] = [await testWorkspace(), await recordedConsul()]
    const behind = serversBehind(workspace.folder, [server.url])
    const federation = {...behind, acl: {...behind.acl, enabled}}
    const snapshot = await look(federation, workspace, {observations})
    expect(server.requests.some((request) => request.includes('/acl/'))).toBe(enabled)
    expect(snapshot.servers['dc2/dc2-s1']?.agent?.ok).toBe(true)
    await Promise.all([server.close(), workspace.remove()])
  },
)
