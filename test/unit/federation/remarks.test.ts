import {expect, it} from 'vitest'

import {parseFederation} from '../../../src/federation/parse.js'
import {type Remark, withRemarks} from '../../../src/federation/remarks.js'
import {smallFederation} from './small-federation.js'

const text = smallFederation

function lineBelow(comment: string, whole: string): string {
  const lines = whole.split('\n')
  return lines[lines.findIndex((line) => line.includes(comment)) + 1] ?? ''
}

it('puts a comment above the key or the item that it is about', () => {
  const remarks: Remark[] = [
    {kind: 'not-known', path: ['datacenters', 0, 'gateways'], text: 'the gateways'},
    {kind: 'not-known', path: ['datacenters', 0, 'servers', 0], text: 'the server'},
    {kind: 'found', path: ['datacenters', 0, 'consul'], text: 'the version'},
    {kind: 'found', path: [], text: 'the file'},
  ]
  const whole = withRemarks(text, remarks)
  expect(lineBelow('    # not known: the gateways', whole)).toMatch(/^ {4}gateways:/)
  expect(lineBelow('      # not known: the server', whole)).toMatch(/^ {6}- \{ name: /)
  expect(lineBelow('    # found: the version', whole)).toMatch(/^ {4}consul: /)
  expect(whole.startsWith('# the file\n')).toBe(true)
})

it('puts it above what is around a key that is not there', () => {
  const whole = withRemarks(text, [{kind: 'found', path: ['datacenters', 0, 'primary_gateways'], text: 'nothing'}])
  expect(lineBelow('# found: nothing', whole)).toMatch(/^ {2}- name: /)
})

it('changes nothing of what the file says, whatever stands in a comment', () => {
  const nasty = 'a\nprimary: dc9 # b "{" \u2028 x '.repeat(20)
  const whole = withRemarks(text, [
    {kind: 'found', path: [], text: nasty},
    {kind: 'not-known', path: ['datacenters', 0, 'servers', 0], text: nasty},
  ])
  expect(parseFederation(whole, '/srv/federation.yaml')).toEqual(parseFederation(text, '/srv/federation.yaml'))
  expect(whole.split('\n').every((line) => line.length <= 200)).toBe(true)
})
