import {describe, expect, it} from 'vitest'

import {applyFiles, applyFilesEverywhere} from '../../../src/checks/apply-files.js'
import {aClient, aDatacenter, aFederation, aServer} from '../../fixtures/federation.js'

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

describe('what makes all agents of a datacenter run with the files of the workspace', () => {
  it('takes two lines for all of other machines, clients too, however many they are', () => {
    const servers = [1, 2, 3].map((n) => aServer('dc2', `dc2-s${n}`, `127.7.2.${n}`))
    expect(applyFilesEverywhere(aDatacenter(2, {servers}))).toEqual([
      'fedctl config render --dc dc2',
      'put the rendered files on the nodes of dc2 and restart consul there',
    ])
  })

  it('is one command on this machine, and names the agents of others where some are', () => {
    const servers = [server('dc2', 'local')]
    const clients = [aClient('dc2', 'dc2-c1', '127.7.2.11', {host: 'local'})]
    expect(applyFilesEverywhere(aDatacenter(2, {clients, servers}))).toEqual(['fedctl bootstrap secondary --dc dc2'])
    expect(applyFilesEverywhere(aDatacenter(2, {servers}))).toEqual([
      'fedctl bootstrap secondary --dc dc2',
      'fedctl config render --dc dc2',
      'put the rendered files on the nodes of dc2/dc2-c1 and restart consul there',
    ])
  })
})
