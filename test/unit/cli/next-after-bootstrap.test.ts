import {expect, it} from 'vitest'

import {nextAfterBootstrap} from '../../../src/cli/next-after-bootstrap.js'
import type {Snapshot} from '../../../src/observe/snapshot.js'
import {aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot, answer, failing, withView} from '../../fixtures/snapshot.js'

const federation = aFederation()
const healthy = aHealthySnapshot(federation)

const nextWhere = (snapshot: Snapshot) =>
  nextAfterBootstrap({
    federation,
    fedctl: (command) => `fedctl ${command}`,
    observer: {close: () => Promise.resolve(), observe: () => Promise.resolve(snapshot)},
  })

it('names the secondary that is not up, and the proof of the whole once all are', async () => {
  const away = withView(healthy, 'dc2/dc2-s1', (view) => failing(view, {kind: 'unreachable', message: 'ECONNREFUSED'}))
  expect(await nextWhere(away)).toBe('next: fedctl bootstrap secondary --dc dc2')
  expect(await nextWhere(healthy)).toBe('prove the whole federation with: fedctl verify --wait 5m')
})

it('names the secondary that is still joined the traditional way', async () => {
  const traditional = withView(healthy, 'dc2/dc2-s1', (view) => ({
    ...view,
    ...(view.agent?.ok ? {agent: answer({...view.agent.value, retryJoinWan: ['127.7.1.1']})} : {}),
  }))
  expect(await nextWhere(traditional)).toBe('next: fedctl bootstrap secondary --existing --dc dc2')
})
