import {type Endpoint, parseEndpoint} from '../federation/fields/endpoint.js'

/**
 * Where a TCP check that fails connects, as its output tells: "dial tcp 127.0.0.1:8443: connect: connection refused" (Consul
 * agent/checks/check.go CheckTCP, 1.8–1.22). Nothing else tells it: agents leave it out of their answers.
 * @returns Undefined for other checks, for one that has not run yet, and where a name could not be looked up.
 */
export function checkTarget(output: string): Endpoint | undefined {
  return parseEndpoint(/^dial tcp[46]? (\S+:\d+): /.exec(output.trim())?.[1] ?? '')
}
