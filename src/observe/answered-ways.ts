import type {Datacenter} from '../federation/model.js'
import type {ServerView} from './snapshot.js'

/**
 * Names of the secondaries from which every server of a datacenter has an answer. Questions to a secondary go over the gateways of one's own datacenter, so that
 * the way through these is known to be open; those to the primary may go around them (Consul agent/consul/gateway_locator.go, 1.8–1.21).
 */
export function answeredWays(
  {servers}: Datacenter,
  primary: string,
  views: Readonly<Record<string, ServerView>>,
): Set<string> {
  const answered = servers.map(({id}) =>
    Object.entries(views[id]?.remote ?? {})
      .filter(([name, {leader, services}]) => name !== primary && (services.ok || leader.ok))
      .map(([name]) => name),
  )
  const [first = [], ...others] = answered
  return new Set(first.filter((name) => others.every((names) => names.includes(name))))
}
