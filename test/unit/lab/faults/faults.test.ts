import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../../src/checks/catalogue.js'
import {rules} from '../../../../src/checks/diagnosis/rules.js'
import {labFaultsText} from '../../../../src/cli/reporters/lab-faults.js'
import {faultOf, faults} from '../../../../src/lab/faults/faults.js'
import {listFaults} from '../../../../src/lab/faults/listed.js'

describe('the faults of a lab', () => {
  it('have ids of their own, and checks and causes that there are', () => {
    expect(new Set(faults.map(({id}) => id)).size).toBe(faults.length)
    const known = {causes: rules.map(({cause}) => cause), checks: catalogue.map(({id}) => id)}
    for (const {cause, checks, id} of faults) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(checks.length).toBeGreaterThan(0)
      for (const check of checks) expect(known.checks).toContain(check)
      if (cause !== undefined) expect(known.causes).toContain(cause)
    }
  })

  it('are all listed', () => {
    const text = labFaultsText(listFaults())
    for (const {id} of faults) expect(text).toContain(id)
  })

  it('are known by their ids only', () => {
    expect(faultOf('gateway-dead').cause).toBe('gateway.none-usable')
    expect(() => faultOf('gateway')).toThrow('there is no fault "gateway"')
  })
})
