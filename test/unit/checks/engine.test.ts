import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import type {Check, Status} from '../../../src/checks/check.js'
import {neededObservations, runChecks} from '../../../src/checks/engine.js'
import {aDatacenter, aFederation} from '../../fixtures/federation.js'
import {aHealthySnapshot} from '../../fixtures/snapshot.js'

const model = aFederation()
const snapshot = aHealthySnapshot(model)

describe('runChecks', () => {
  it.each<[Status[], Status]>([
    [['pass', 'warn', 'fail', 'skip'], 'fail'],
    [['pass', 'warn', 'skip'], 'warn'],
    [['skip', 'pass', 'skip'], 'pass'],
    [['skip', 'skip'], 'skip'],
  ])('gives a check with %j the status %s', (statuses, status) => {
    expect(run(aCheck({statuses})).checks[0]?.status).toBe(status)
  })

  it('skips a check without subjects, and says why', () => {
    expect(run(aCheck({statuses: []})).checks[0]).toMatchObject({
      findings: [{found: 'the federation file has nothing that this is about', status: 'skip', subject: 'federation'}],
      status: 'skip',
    })
  })

  it('skips a check that does not apply, with its reason', () => {
    const report = run({...aCheck({statuses: ['fail']}), applies: () => 'there are no gateways'})
    expect(report.checks[0]?.findings).toEqual([
      {found: 'there are no gateways', status: 'skip', subject: 'federation'},
    ])
  })

  it('counts checks, not findings', () => {
    const report = run(aCheck({statuses: ['fail', 'fail', 'pass']}), aCheck({statuses: ['pass', 'pass']}))
    expect(report.summary).toEqual({fail: 1, pass: 1, skip: 0, warn: 0})
  })

  it.each<[Status[][], string]>([
    [[['pass'], ['fail']], 'fail'],
    [[['pass'], ['warn']], 'warn'],
    [[['pass'], ['skip']], 'pass'],
    [[['skip'], ['skip']], 'fail'],
  ])('makes %j the status %s as a whole', (statuses, status) => {
    expect(run(...statuses.map((own) => aCheck({statuses: own}))).status).toBe(status)
  })

  it('names the reason where nothing could be asked', () => {
    const {diagnosis} = run(aCheck({statuses: ['skip', 'skip']}))
    expect(diagnosis).toEqual([
      {
        cause: 'made.up',
        docs: 'docs/checks.md#made.up',
        explains: ['made.up'],
        fix: ['fedctl verify --only access'],
        title: 'skip',
      },
    ])
  })

  it('is no pass where nothing applies', () => {
    expect(run({...aCheck({statuses: ['pass']}), applies: () => 'no gateways'}).status).toBe('warn')
  })

  it('measures each check with the clock that it is given', () => {
    const ticks = [0, 3, 10, 15]
    const checks = [aCheck({statuses: ['pass']}), aCheck({statuses: ['pass']})]
    const report = runChecks(checks, model, snapshot, {now: () => ticks.shift() ?? 0})
    expect(report.checks.map(({durationMs}) => durationMs)).toEqual([3, 5])
  })

  it('carries time and duration of the snapshot', () => {
    expect(run(aCheck({statuses: ['pass']}))).toMatchObject({
      durationMs: 120,
      schemaVersion: 1,
      startedAt: '2026-11-20T12:00:00.000Z',
    })
  })
})

describe('the scope of a run', () => {
  const three = aFederation({datacenters: [1, 2, 3].map((n) => aDatacenter(n))})
  const subjects = (id: string, scope: {datacenters?: string[]; touching?: string[]}) =>
    runChecks(catalogue, three, aHealthySnapshot(three), {...scope, only: [id]}).checks[0]?.findings.map(
      ({subject}) => subject,
    )

  it('is, for a step of a runbook, what is about its datacenters alone', () => {
    expect(subjects('wan.rpc', {datacenters: ['dc1', 'dc2']})).toEqual(['dc1/dc1-s1 → dc2', 'dc2/dc2-s1 → dc1'])
    expect(subjects('gateway.path', {datacenters: ['dc1']})).toEqual(['dc1/dc1-gw1 → dc1'])
    expect(subjects('acl.replication', {datacenters: ['dc2']})).toEqual(['dc2'])
    expect(subjects('ca.root', {datacenters: ['dc2']})).toEqual(['dc2'])
  })

  it('is, for an operator, what touches the datacenter', () => {
    expect(subjects('wan.rpc', {touching: ['dc3']})).toEqual([
      'dc1/dc1-s1 → dc3',
      'dc2/dc2-s1 → dc3',
      'dc3/dc3-s1 → dc1',
      'dc3/dc3-s1 → dc2',
    ])
    expect(subjects('agent.domain', {touching: ['dc3']})).toEqual(['dc3/dc3-s1'])
  })

  it('may be empty, which is no pass', () => {
    const report = runChecks(catalogue, three, aHealthySnapshot(three), {datacenters: ['dc1'], only: ['wan.rpc']})
    expect(report.checks[0]).toMatchObject({
      findings: [{found: 'nothing of this lies in the chosen datacenters'}],
      status: 'skip',
    })
    expect(report.status).toBe('warn')
  })
})

describe('neededObservations', () => {
  it('asks no more than the checks need', () => {
    const only = (id: string) => neededObservations(catalogue.filter((check) => check.id === id))
    expect([...only('wan.rpc')]).toEqual(['leader', 'remote-leader', 'remote-services'])
    expect([...only('raft.leader')]).toEqual(['leader'])
  })
})

function run(...checks: Check[]) {
  return runChecks(checks, model, snapshot)
}

/** A check with one subject for each status, which it then has. */
function aCheck({statuses}: {statuses: readonly Status[]}): Check {
  return {
    id: 'made.up',
    judge: (_model, _snapshot, subject) => ({status: subject as Status, subject: String(subject)}),
    label: String,
    observes: ['leader'],
    severity: () => 'error',
    subjects: () => statuses,
    title: 'something is true',
  }
}
