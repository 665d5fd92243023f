/** Where a connection may be passed to. `critical`: Consul's checks say that it will hardly answer. */
export interface Target {
  readonly critical: boolean
  readonly host: string
  readonly port: number
}

/** What a gateway of `datacenter` knows. Names are lower case. */
export interface RouteTable {
  readonly datacenter: string
  readonly domain: string
  /** By datacenter other than the own one: its gateways at their WAN addresses. */
  readonly gateways: ReadonlyMap<string, readonly Target[]>
  /** By node name: the servers of the own datacenter at their LAN addresses. */
  readonly servers: ReadonlyMap<string, Target>
}

/** A table without a route, as a gateway has it until Consul has answered. */
export function emptyTable(datacenter: string, domain: string): RouteTable {
  return {
    datacenter: datacenter.toLowerCase(),
    domain: domain.toLowerCase(),
    gateways: new Map(),
    servers: new Map(),
  }
}

/**
 * Where a connection for a server name goes, in the order to try; empty where there is no route.
 * `<node>.server.<own dc>.<domain>`: that server. `server.<own dc>.<domain>`: any server, which the first contact of a secondary needs.
 * Both with another datacenter: its gateways. (Consul agent/xds/listeners.go and endpoints.go, 1.8–1.21: a mesh gateway that exposes servers does the same.)
 * @param turn how many connections there were before this one: where there is a choice, they take turns.
 */
export function routeFor(name: string, routes: RouteTable, turn = 0): readonly Target[] {
  const asked = partsOf(name, routes.domain)
  if (!asked) return []
  if (asked.datacenter !== routes.datacenter) return inTurn(routes.gateways.get(asked.datacenter) ?? [], turn)
  if (asked.node === undefined) return inTurn([...routes.servers.values()], turn)
  const server = routes.servers.get(asked.node)
  return server ? [server] : []
}

/** `[<node>.]server.<datacenter>.<domain>` taken apart, or undefined for any other name. */
function partsOf(name: string, domain: string): {datacenter: string; node?: string} | undefined {
  const lowered = name.toLowerCase()
  const suffix = `.${domain}`
  if (!lowered.endsWith(suffix)) return undefined
  const labels = lowered.slice(0, -suffix.length).split('.')
  const datacenter = labels.pop()
  if (!datacenter || labels.pop() !== 'server') return undefined
  if (labels.length === 0) return {datacenter}
  return labels.includes('') ? undefined : {datacenter, node: labels.join('.')}
}

/** Begins with another one each time. Critical ones come last: they are tried rather than refusing a connection. */
function inTurn(targets: readonly Target[], turn: number): Target[] {
  return [false, true].flatMap((critical) => {
    const group = targets.filter((target) => target.critical === critical)
    const first = group.length === 0 ? 0 : turn % group.length
    return [...group.slice(first), ...group.slice(0, first)]
  })
}
