import type {Remark} from '../federation/remarks.js'
import type {AgentAnswer, Explored} from './explored.js'

/** Servers that name another primary, or one that is not there. */
export function primaryRemarks(
  {datacenters}: Explored,
  answers: readonly AgentAnswer[],
  primary: string,
): readonly Remark[] {
  const others = [...new Set(answers.flatMap(({facts}) => facts.primaryDatacenter ?? []))].filter(
    (name) => name !== '' && name !== primary,
  )
  return others.map((name) => {
    const unknown = datacenters.includes(name) ? '' : ', which is no datacenter of the WAN pool'
    return found(['primary'], `some servers name ${name} as their primary${unknown}`)
  })
}

/** Where nobody could say how datacenters reach each other. */
export function viaRemarks({datacenters}: Explored, answers: readonly AgentAnswer[]): readonly Remark[] {
  const single = 'one datacenter only; add a secondary under datacenters, and say mesh-gateways with a gateway in each'
  return [
    ...(answers.length === 0
      ? [notKnown(['via'], 'no server could be asked; this is what its gateways make likely')]
      : []),
    ...(datacenters.length === 1 ? [found(['via'], single)] : []),
  ]
}

/** @param caFile the CA with which servers call each other, where it was named */
export function tlsRemarks(caFile: string | undefined): readonly Remark[] {
  const ca =
    'the CA with which servers call each other; put it there, or name its file, and verify looks at certificates too'
  return [
    ...(caFile === undefined ? [notKnown(['tls', 'ca_file'], ca)] : []),
    notKnown(['tls', 'ca_key_file'], 'the key of that CA; only fedctl tls issue needs it, and makes no other'),
  ]
}

/** Legacy tokens go with Consul 1.11 (Consul CHANGELOG 1.11.0). */
export function aclRemarks({anonymousReads, wanMembers}: Explored): readonly Remark[] {
  const legacy = 'ACLs in legacy mode; migrate the old tokens, Consul 1.11 does not know them any more'
  return [
    ...(wanMembers.some(({acls}) => acls === 'legacy') ? [found(['acl'], legacy)] : []),
    ...(anonymousReads === undefined ? [notKnown(['acl', 'anonymous'], 'what requests without a token may do')] : []),
  ]
}

/** Consul never tells the key. */
export function gossipRemarks(encryption: boolean | undefined): readonly Remark[] {
  if (encryption === undefined) return [notKnown(['gossip', 'encryption'], 'whether gossip is encrypted')]
  const key = 'the gossip key in use; put it there. verify needs none, and fedctl config render makes no other'
  return encryption ? [notKnown(['gossip', 'key_file'], key)] : []
}

/** What only rendering needs is not asked. */
export const agentRemark: Remark = notKnown(
  ['agent'],
  'these settings, but for the last one; only fedctl config render needs them',
)

function found(path: Remark['path'], text: string): Remark {
  return {kind: 'found', path, text}
}

function notKnown(path: Remark['path'], text: string): Remark {
  return {kind: 'not-known', path, text}
}
