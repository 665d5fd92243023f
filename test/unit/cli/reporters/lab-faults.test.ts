import {stripVTControlCharacters} from 'node:util'

import {describe, expect, it} from 'vitest'

import {labFaultsText} from '../../../../src/cli/reporters/lab-faults.js'
import {listFaults} from '../../../../src/lab/faults/listed.js'

describe('the faults of a lab, as text', () => {
  const listed = listFaults()

  it('takes two or three lines each at 80 columns, and cuts nothing', () => {
    const lines = labFaultsText(listed, {columns: 80, isTTY: true}).split('\n').map(stripVTControlCharacters)
    expect(Math.max(...lines.map(({length}) => length))).toBeLessThanOrEqual(80)
    expect(lines.length).toBeLessThanOrEqual(listed.faults.length * 3)
    const words = lines.join(' ').replaceAll(/ +/g, ' ')
    for (const {id, title} of listed.faults) {
      expect(words).toContain(`${id} `)
      expect(words).toContain(title)
    }
  })

  it('takes two lines each into a pipe', () => {
    expect(labFaultsText(listed, {}).split('\n')).toHaveLength(listed.faults.length * 2)
  })
})
