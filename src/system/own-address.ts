import {isIPv4} from 'node:net'
import {networkInterfaces} from 'node:os'

/** Whether an IP address is one of this machine's: every 127.x.y.z is. */
export function isOwnAddress(address: string): boolean {
  if (isIPv4(address) && address.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address))
}
