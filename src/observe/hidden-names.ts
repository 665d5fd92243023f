import type {Authorization} from '../consul/types.js'
import type {Federation} from '../federation/model.js'
import {agentsOf, datacenterOf, serversOf} from '../federation/selectors.js'
import {dropUndefined} from './drop-undefined.js'
import type {Questioner} from './questioner.js'
import type {ServerView} from './snapshot.js'
import {refusedQuestion} from './token-rights.js'

/** What the file expects in the answers of a server. */
export interface ExpectedNames {
  readonly gateways: readonly {readonly node: string; readonly service: string}[]
  /** Node names. */
  readonly lan: readonly string[]
  /** `<node>.<datacenter>`. */
  readonly wan: readonly string[]
}

type Cut = Pick<ServerView, 'gateways' | 'lanMembers' | 'wanMembers'>

/** What a server of a datacenter is expected to name. */
export function expectedNames(federation: Federation, datacenter: string): ExpectedNames {
  const own = datacenterOf(federation, datacenter)
  return {
    gateways: own.gateways.map(({agent, service}) => ({node: agent, service})),
    lan: agentsOf(own).map(({name}) => name),
    wan: serversOf(federation).map((server) => `${server.name}.${server.datacenter}`),
  }
}

/**
 * Of what is expected and missing in the answers, what the token may not read: Consul leaves that out. A rule on one name counts more than one on a
 * prefix, so that the right to read "" says nothing about it (Consul acl/policy_authorizer.go, 1.8–1.21). Where nothing is missing, nothing is asked.
 */
export async function hiddenNames(
  questioner: Questioner,
  expected: ExpectedNames,
  {gateways, lanMembers, wanMembers}: Cut,
): Promise<ServerView['hidden']> {
  const ask = async (missing: readonly Authorization[]): Promise<readonly string[] | undefined> => {
    if (missing.length === 0) return undefined
    const answer = await questioner.ask(refusedQuestion(missing))
    return answer.ok && answer.value.length > 0 ? answer.value : undefined
  }
  const missingMembers = (names: readonly string[], answer: Cut['lanMembers']) => {
    const seen = new Set(answer?.ok ? answer.value.map(({name}) => name) : names)
    return names.filter((name) => !seen.has(name)).map(mayReadNode)
  }
  const missingGateways = expected.gateways.filter(
    ({node, service}) => gateways?.ok && !gateways.value.some((one) => one.node === node && one.service === service),
  )
  const [lan, wan, catalog] = await Promise.all([
    ask(missingMembers(expected.lan, lanMembers)),
    ask(missingMembers(expected.wan, wanMembers)),
    ask(missingGateways.flatMap(({node, service}) => [mayReadService(service), mayReadNode(node)])),
  ])
  if (!lan && !wan && !catalog) return undefined
  return dropUndefined<NonNullable<ServerView['hidden']>>({
    'catalog-gateways': catalog,
    'lan-members': lan,
    'wan-members': wan,
  })
}

function mayReadNode(Segment: string): Authorization {
  return {Access: 'read', Resource: 'node', Segment}
}

function mayReadService(Segment: string): Authorization {
  return {Access: 'read', Resource: 'service', Segment}
}
