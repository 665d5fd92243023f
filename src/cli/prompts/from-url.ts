import {FedctlError} from '../../errors/fedctl-error.js'
import {apiUrlProblem, bracketed} from '../../federation/fields/endpoint.js'
import {isAddress} from '../../federation/fields/address.js'
import {defaults} from '../../federation/defaults.js'

/**
 * The URL of `--from`, which may lack its scheme and its port, as Consul's own CONSUL_HTTP_ADDR may.
 * @param withTls whether certificates are named, which say https where nothing else does
 * @throws FedctlError `usage`.
 */
export function apiUrl(from: string, withTls: boolean): string {
  const [scheme, port] = withTls ? ['https', defaults.portHttps] : ['http', defaults.ports.http]
  const host = isAddress(from) ? bracketed(from) : from
  const whole = from.includes('://') ? from : `${scheme}://${/:\d+$/.test(host) ? host : `${host}:${port}`}`
  const plain = whole.replace(/\/(?:ui\/?)?$/, '')
  const problem = apiUrlProblem(plain)
  if (problem !== undefined)
    throw new FedctlError('usage', `--from ${problem}`, {
      suggestions: ['fedctl init --from http://10.0.0.1:8500'],
    })
  return plain
}
