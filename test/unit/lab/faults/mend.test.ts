import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {RequestError} from '../../../../src/consul/request-error.js'
import type {Fault} from '../../../../src/lab/faults/fault.js'
import {mendLab} from '../../../../src/lab/faults/mend.js'
import type {RunbookContext} from '../../../../src/runbooks/context.js'
import {systemClock} from '../../../../src/system/clock.js'
import {aFederation} from '../../../fixtures/federation.js'

const refusal = (kind: RequestError['kind'], body = '') => new RequestError(kind, 'x', {body})

describe('a lab that is mended after its servers have been ended', () => {
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-mend-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  const mend = async (failures: Error[]) => {
    let attempts = 0
    const fault: Fault = {
      break: () => Promise.resolve(),
      cause: undefined,
      checks: [],
      id: 'x',
      mend() {
        attempts += 1
        const failure = failures.shift()
        return failure ? Promise.reject(failure) : Promise.resolve()
      },
      title: '',
    }
    const ports = {clock: systemClock, env: {}, signal: new AbortController().signal, talk: () => undefined}
    const federation = aFederation({datacenters: [], workspace})
    await mendLab(fault, {federation, ports} as unknown as RunbookContext)
    return attempts
  }

  it('waits for them to answer and to elect a leader', async () => {
    expect(await mend([refusal('timeout'), refusal('refused', 'No cluster leader')])).toBe(3)
  })

  it('does not ask again for what Consul forbids', async () => {
    await expect(mend([refusal('forbidden', 'Permission denied')])).rejects.toMatchObject({kind: 'forbidden'})
  })
})
