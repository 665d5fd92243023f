import {describe, expect, it} from 'vitest'

import {refusalIn} from '../../../src/observe/last-words.js'

describe('the last words of an agent', () => {
  const refusal = "==> 'retry_join_wan' is incompatible with 'connect.enable_mesh_gateway_wan_federation = true'"

  it('are what Consul refuses', () => {
    expect(refusalIn(['    2026-11-20T14:19:07.820Z [INFO]  agent: Exit code: code=1', refusal])).toBe(refusal.slice(4))
    const error = 'Error starting agent: error="Failed to start Consul server: no way"'
    const log = ['==> Starting Consul agent...', `    2026-11-20T14:19:07.820Z [ERROR] agent: ${error}`]
    expect(refusalIn(log)).toBe(error)
  })

  it('are none where it has run since, or was ended', () => {
    expect(refusalIn([refusal, '==> Starting Consul agent...', '==> Consul agent running!'])).toBeUndefined()
    expect(refusalIn(['==> Caught signal: terminated', '==> Gracefully shutting down agent...'])).toBeUndefined()
    expect(refusalIn([])).toBeUndefined()
  })
})
