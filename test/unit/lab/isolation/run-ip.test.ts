import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {describe, expect, it} from 'vitest'

import {requireIsolation, runAll} from '../../../../src/lab/isolation/run-ip.js'

const ports = {env: {PATH: '/nowhere'}, signal: new AbortController().signal}

describe('a machine on which a lab is to be isolated', () => {
  it.each([
    ['is not Linux', 'darwin', 0, 'this is darwin', '--isolate, on loopback'],
    ['is used by another user than root', 'linux', 1000, 'not root', 'sudo'],
    ['lacks ip', 'linux', 0, 'there is no `ip`', 'apt install iproute2'],
  ] as const)('is told what is missing where it %s', async (_what, platform, uid, message, suggestion) => {
    const refused = requireIsolation({folders: [], platform, uid}, ports)
    await expect(refused).rejects.toMatchObject({
      code: 'lab.isolation-failed',
      message: expect.stringContaining(message) as string,
      suggestions: expect.arrayContaining([expect.stringContaining(suggestion)]) as string[],
    })
  })

  it('is told that nsenter is missing where there is ip', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fedctl-ip-'))
    await writeFile(join(folder, 'ip'), '#!/bin/sh\n', {mode: 0o755})
    const refused = requireIsolation({folders: [folder], platform: 'linux', uid: 0}, ports)
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('there is no `nsenter`') as string,
      suggestions: expect.arrayContaining(['apt install util-linux']) as string[],
    })
    await rm(folder, {recursive: true})
  })
})

describe('commands that make networks', () => {
  const failing = ['/bin/sh', '-c', 'echo "RTNETLINK answers: Operation not permitted" >&2; exit 2'] as const

  it('end at the first that fails, with what it said', async () => {
    await expect(runAll([failing], ports, /File exists/)).rejects.toMatchObject({
      code: 'lab.isolation-failed',
      message: expect.stringContaining('Operation not permitted') as string,
    })
  })

  it('go on where it fails for what is harmless', async () => {
    await expect(runAll([failing, failing], ports, /not permitted/)).resolves.toBeUndefined()
  })
})
