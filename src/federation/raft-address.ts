import {formatEndpoint} from './fields/endpoint.js'
import type {Agent} from './model.js'

/** @returns Whether that is the address of the agent as Raft knows it, the one that it advertises. @param leader `ip:port`. */
export function isAt(leader: string, {address, advertiseAddr, ports}: Agent): boolean {
  return [address, advertiseAddr].some(
    (host) => host !== undefined && leader === formatEndpoint({host, port: ports.server}),
  )
}
