import {expect} from 'vitest'

const id = (kind: string, n: number) => `${kind}000000-0000-4000-8000-00000000000${n}`
/** Tokens of the datacenter on its own. */
export const shop = {accessor: id('aa', 1), secret: id('bb', 1)}
export const keeper = {accessor: id('aa', 2), secret: id('bb', 2)}
export const local = {accessor: id('aa', 3), secret: id('bb', 3)}
export const clashing = {accessor: id('aa', 4), secret: id('bb', 4)}
export const brief = {accessor: id('aa', 5), secret: id('bb', 5)}

export interface Tokens {
  readonly management: () => Promise<string>
  /** The management token of the datacenter on its own. */
  readonly ownToken: () => string
}

/** What dc1 and dc2, which is on its own, are made to hold, and what they hold. @param network first two bytes of their addresses. */
export function ownHoldings(network: string, {management, ownToken}: Tokens) {
  const ask = (n: number, path: string, token: string, options: {body?: unknown; method?: string} = {}) =>
    fetch(`http://${network}.${n}.1:8500/v1/${path}`, {
      headers: {'x-consul-token': token},
      method: options.method ?? (options.body === undefined ? 'GET' : 'PUT'),
      ...(options.body === undefined ? {} : {body: JSON.stringify(options.body)}),
    })
  const put = async (n: number, path: string, body: unknown, method = 'PUT') => {
    const answer = await ask(n, path, n === 1 ? await management() : ownToken(), {body, method})
    expect(answer.status, await answer.text()).toBe(200)
  }
  const names = async (n: number, path: string, key: string, token: string) =>
    ((await (await ask(n, path, token)).json()) as Record<string, string>[]).map((entry) => entry[key] ?? '').sort()

  const seed = async () => {
    const shopRules = 'service_prefix "" { policy = "read" }\nkey_prefix "shop/" { policy = "write" }'
    await put(2, 'acl/policy', {Name: 'shop', Rules: shopRules})
    await put(2, 'acl/policy', {Name: 'same', Rules: 'key "shared" { policy = "read" }'})
    await put(1, 'acl/policy', {Name: 'same', Rules: 'key "shared" {\n  policy = "read"\n}'})
    await put(2, 'acl/policy', {Name: 'clash', Rules: 'node_prefix "" { policy = "write" }'})
    await put(1, 'acl/policy', {Name: 'clash', Rules: 'node_prefix "" { policy = "read" }'})
    await put(2, 'acl/role', {Name: 'keeper', Policies: [{Name: 'shop'}], ServiceIdentities: [{ServiceName: 'web'}]})
    const token = ({accessor, secret}: typeof shop, rights: object) =>
      put(2, 'acl/token', {AccessorID: accessor, SecretID: secret, ...rights})
    await token(shop, {Policies: [{Name: 'shop'}, {Name: 'same'}]})
    await token(keeper, {Roles: [{Name: 'keeper'}]})
    await token(local, {Local: true, Policies: [{Name: 'shop'}], Roles: [{Name: 'keeper'}]})
    await token(clashing, {Policies: [{Name: 'clash'}]})
    await token(brief, {ExpirationTTL: '8h', Policies: [{Name: 'shop'}]})
    await put(2, 'config', {Kind: 'proxy-defaults', Name: 'global', Config: {protocol: 'http'}})
    await put(2, 'config', {Kind: 'service-defaults', Name: 'web', Protocol: 'http'})
    await put(2, 'config', {Kind: 'service-defaults', Name: 'db', Protocol: 'tcp'})
    await put(1, 'config', {Kind: 'service-defaults', Name: 'db', Protocol: 'http'})
    await put(2, 'connect/intentions', {SourceName: 'web', DestinationName: 'db', Action: 'allow'}, 'POST')
    for (const key of ['a', 'b']) await put(2, `kv/shop/${key}`, key)
    const service = {Port: 80, Service: 'web'}
    await put(2, 'catalog/register', {Address: `${network}.2.99`, Node: 'outside', Service: service})
  }

  return {
    ask,

    /** What replication would touch, of the datacenter that has it. */
    held: async (n: number, token: string) => ({
      entries: [
        ...(await names(n, 'config/service-defaults', 'Name', token)),
        ...(await names(n, 'config/proxy-defaults', 'Name', token)),
      ],
      intentions: await names(n, 'connect/intentions', 'DestinationName', token),
      policies: await names(n, 'acl/policies', 'Name', token),
      roles: await names(n, 'acl/roles', 'Name', token),
      tokens: await names(n, 'acl/tokens', 'AccessorID', token),
    }),

    mayReadKeys: async (n: number, token: string) => (await ask(n, 'kv/shop/a', token)).status === 200,

    names,

    put,

    seed,

    untouched: async (n: number, token: string) => ({
      keys: (await (await ask(n, 'kv/?keys', token)).json()) as string[],
      services: Object.keys((await (await ask(n, 'catalog/services', token)).json()) as object).sort(),
    }),
  }
}
