import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {selectChecks} from '../../../src/checks/selection.js'
import {FedctlError} from '../../../src/errors/fedctl-error.js'
import {usualChecks} from './judging.js'

describe('selecting checks', () => {
  it('takes all of them where nothing is said', () => {
    expect(ids({})).toEqual(usualChecks.map(({id}) => id))
  })

  it.each<[string[], string[]]>([
    [['wan.rpc'], ['wan.rpc']],
    [['state'], ['state.published', 'state.replicated']],
    [['tls.*'], ['tls.ca-shared', 'tls.server-name', 'tls.usage', 'tls.expiry', 'tls.loaded']],
    [
      ['*.leader', 'ca'],
      ['raft.leader', 'ca.root', 'ca.intermediate'],
    ],
    [
      ['wan.rpc', 'access.api'],
      ['access.api', 'wan.rpc'],
    ],
  ])('understands %j', (only, expected) => {
    expect(ids({only})).toEqual(expected)
  })

  it('leaves out what is to be skipped, also of what was chosen', () => {
    expect(ids({only: ['wan'], skip: ['wan.unexpected']})).toEqual(['wan.members', 'wan.rpc'])
    expect(ids({skip: ['*.*']})).toEqual([])
  })

  it.each([
    ['wan.rcp', 'wan.rpc'],
    ['gatway', 'gateway'],
    ['wan.leader', 'raft.leader'],
    ['tls.names', 'tls.server-name'],
    ['rpc', 'wan.rpc'],
  ])('refuses %j and names what is near', (selector, near) => {
    const error = errorOf(() => ids({only: [selector]}))
    expect(error).toMatchObject({code: 'usage', message: `no check fits "${selector}"`})
    expect(error.suggestions.join(' ')).toContain(near)
  })

  it('refuses an unknown check that is to be skipped too, and names the categories where nothing is near', () => {
    const error = errorOf(() => ids({skip: ['zzzzzz']}))
    expect(error.suggestions[0]).toMatch(/^use an id from docs\/checks\.md, or a category: access, version, names/)
  })

  it('takes no characters of the selector for a pattern but the asterisk', () => {
    expect(() => ids({only: ['wan.r.c']})).toThrow(FedctlError)
    expect(() => ids({only: ['(wan']})).toThrow(FedctlError)
  })
})

function ids(selection: Parameters<typeof selectChecks>[1]): string[] {
  return selectChecks(catalogue, selection).map(({id}) => id)
}

function errorOf(act: () => unknown): FedctlError {
  try {
    act()
  } catch (error) {
    if (error instanceof FedctlError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
