import {randomBytes} from 'node:crypto'

import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {pemBlocks, toPem} from '../../../src/pki/pem.js'

const labels = ['CERTIFICATE', 'EC PRIVATE KEY', 'PRIVATE KEY', 'X509 CRL'] as const

describe('PEM blocks', () => {
  it('are found with any text around them and any line ends', () => {
    const noise = fc.string({maxLength: 20, unit: 'binary'}).filter((text) => !text.includes('-----'))
    const block = fc.tuple(fc.constantFrom(...labels), fc.uint8Array({maxLength: 100}), noise)
    fc.assert(
      fc.property(fc.array(block, {maxLength: 6}), fc.boolean(), (blocks, windows) => {
        const text = blocks.map(([label, der, before]) => `${before}\n${toPem(label, der)}`).join('')
        const found = pemBlocks(windows ? text.replaceAll('\n', '\r\n') : text)
        expect(found.map(({label}) => label)).toEqual(blocks.map(([label]) => label))
      }),
      {numRuns: 30},
    )
  }, 30_000)

  it('are none where a block is cut off anywhere', () => {
    const pem = toPem('CERTIFICATE', randomBytes(100)).trimEnd()
    for (let length = 0; length < pem.length; length += 1) expect(pemBlocks(pem.slice(0, length))).toEqual([])
  })

  it('are found in a moment where ten megabytes begin and never end', () => {
    const text = '-----BEGIN CERTIFICATE-----\n'.repeat(360_000)
    expect(pemBlocks(text)).toEqual([])
  })

  it('keep a whole block that follows one that was cut off', () => {
    const whole = toPem('PRIVATE KEY', randomBytes(20))
    expect(pemBlocks(`-----BEGIN CERTIFICATE-----\nAAAA\n${whole}`)).toEqual([{label: 'PRIVATE KEY', text: whole}])
  })
})
