import {once} from 'node:events'
import {type AddressInfo, createServer} from 'node:net'

import {describe, expect, it} from 'vitest'

import {cannotListen, portsInUse} from '../../../src/system/ports-in-use.js'

describe('the ports that are in use', () => {
  it('are those where something listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    const address = {host: '127.0.0.1', port}
    expect(await portsInUse([address])).toEqual([`127.0.0.1:${port}`])
    server.close()
    await once(server, 'close')
    expect(await portsInUse([address])).toEqual([])
  })

  it('cannot be told of an address that this machine does not have', async () => {
    // TEST-NET-1 of RFC 5737 is no machine's address.
    await expect(portsInUse([{host: '192.0.2.1', port: 8500}])).rejects.toMatchObject({
      code: 'address.unusable',
      message: 'cannot listen on 192.0.2.1:8500: this machine does not have 192.0.2.1',
      suggestions: expect.arrayContaining(['see which addresses it has: ip -brief address']) as string[],
    })
  })

  it('cannot be told where listening needs more rights', () => {
    const error = Object.assign(new Error('listen EACCES'), {code: 'EACCES'})
    expect(cannotListen('127.0.0.1', 53, error)).toMatchObject({
      code: 'address.unusable',
      message: 'cannot listen on 127.0.0.1:53: permission denied',
      suggestions: [expect.stringContaining('1024')],
    })
  })
})
