import {describe, expect, it} from 'vitest'

import {applyFiles} from '../../../src/checks/apply-files.js'
import {aFederation, aServer} from '../../fixtures/federation.js'

const model = aFederation()
const server = (datacenter: string, host: 'local' | 'manual') =>
  aServer(datacenter, `${datacenter}-s1`, '127.7.2.1', {host})

describe('what makes a server run with the files of the workspace', () => {
  it.each([
    ['dc1', ['fedctl bootstrap primary']],
    ['dc2', ['fedctl bootstrap secondary --dc dc2']],
  ])('is one command that writes and restarts, on this machine (%s)', (datacenter, commands) => {
    expect(applyFiles(server(datacenter, 'local'), model, 'certificate')).toEqual(commands)
    expect(applyFiles(server(datacenter, 'local'), model, 'configuration')).toEqual(commands)
  })

  it('is what people do on other machines, where a certificate takes no restart', () => {
    const [render, put] = applyFiles(server('dc2', 'manual'), model, 'certificate')
    expect(render).toBe('fedctl config render --dc dc2 --node dc2-s1')
    expect(put).toMatch(/consul reload$/)
    expect(applyFiles(server('dc2', 'manual'), model, 'configuration').at(-1)).toMatch(/restart consul there$/)
  })
})
