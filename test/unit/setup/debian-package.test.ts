import {describe, expect, it} from 'vitest'

import {rankRepositories} from '../../../bin/setup/debian-package.js'

describe('the package repositories of a machine', () => {
  it('are asked once each, whole releases first', () => {
    const lines = [
      'main bookworm-security http://mirror.example/debian-security/',
      'main bookworm http://mirror.example/debian/',
      'contrib bookworm http://mirror.example/contrib/',
      'main bookworm-updates http://mirror.example/debian/',
    ]
    expect(rankRepositories(lines)).toEqual(['http://mirror.example/debian/', 'http://mirror.example/debian-security/'])
  })

  it('are none where apt names none', () => {
    expect(rankRepositories([''])).toEqual([])
  })
})
