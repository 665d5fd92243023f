import {makeConnectCa} from './connect-ca.js'
import {loadRecordings, recordedAnswer, withTexts} from './recordings.js'
import {ports} from './topology.js'

/**
 * @typedef {import('./recordings.js').Json} Json
 * @typedef {import('./recordings.js').RecordedAnswer} RecordedAnswer
 * @typedef {import('./recordings.js').Recording} Recording
 * @typedef {import('./topology.js').Node} Node
 * @typedef {import('./topology.js').StandInDatacenter} StandInDatacenter
 */

/** @typedef {{ body: Buffer, headers: Record<string, string> }} ReadyAnswer */

/**
 * What servers of one datacenter answer: to all of them the same, but for `/v1/agent/self`.
 * @typedef {object} DatacenterAnswers
 * @property {ReadonlyMap<string, ReadyAnswer>} own by path
 * @property {Recording} recording
 * @property {(server: Node) => ReadyAnswer} self
 * @property {{ leader: ReadyAnswer, services: ReadyAnswer }} toOthers for questions with `?dc=`
 */

/**
 * @param {readonly StandInDatacenter[]} datacenters
 * @returns {Promise<Map<string, DatacenterAnswers>>} by datacenter, out of what servers of a lab answered
 */
export async function makeAnswers(datacenters) {
  const recordings = await loadRecordings()
  const ca = await makeConnectCa()
  const everyServer = datacenters.flatMap(({servers}) => servers)
  const entries = datacenters.map((datacenter) => {
    const {gateways, isPrimary, name, servers} = datacenter
    const recording = isPrimary ? recordings.primary : recordings.secondary
    const {body: recordedSelf, headers: selfHeaders} = recordedAnswer(recording, '/v1/agent/self')
    const recordedDc = /** @type {string} */ (recordedSelf.Config.Datacenter)
    const own = new Map(Object.entries(recording.answers).map(([path, answer]) => [path, ready(answer)]))
    const put = (/** @type {string} */ path, /** @type {(body: any) => unknown} */ change) => {
      const {body, headers} = recordedAnswer(recording, path)
      own.set(path, ready({body: change(body), headers}))
    }
    const member =
      (/** @type {Json[]} */ members, /** @type {string} */ role) =>
      (/** @type {Node} */ node, /** @type {string} */ suffix) =>
        memberOf(
          members.find(({Tags}) => Tags.role === role && Tags.dc === recordedDc),
          node,
          suffix,
          servers.length,
        )

    put('/v1/acl/replication', (body) => (isPrimary ? body : {...body, LastSuccess: justNow()}))
    put('/v1/agent/members', (body) => [
      ...servers.map((node) => member(body, 'consul')(node, '')),
      ...gateways.map((node) => member(body, 'node')(node, '')),
    ])
    put('/v1/agent/members?wan=1', (body) =>
      everyServer.map((node) => member(body, 'consul')(node, `.${node.datacenter}`)),
    )
    const intermediates = isPrimary ? null : [ca.intermediate(name)]
    put('/v1/connect/ca/roots', (body) => ({
      ...body,
      Roots: body.Roots.map((/** @type {Json} */ root) => ({
        ...root,
        IntermediateCerts: intermediates,
        RootCert: ca.root,
      })),
    }))
    put('/v1/health/service/mesh-gateway', ([first]) => gateways.map((gateway) => gatewayOf(first, gateway)))
    put('/v1/internal/federation-states?stale=', ([first]) =>
      datacenters.map((each, index) => stateOf(first, each, index, isPrimary)),
    )
    put('/v1/operator/autopilot/health', (body) => ({
      ...body,
      FailureTolerance: Math.floor((servers.length - 1) / 2),
      Servers: servers.map(({address, id, name: Name}, index) => {
        const isLeader = index === 0
        const template = body.Servers.find((/** @type {Json} */ {Leader}) => Leader === isLeader)
        return {...template, Address: `${address}:${ports.rpc}`, ID: id, Name}
      }),
    }))
    put('/v1/status/leader', () => `${servers[0]?.address}:${ports.rpc}`)
    const leader = own.get('/v1/status/leader')
    const services = own.get('/v1/catalog/services?dc=dc2')
    if (!leader || !services) throw new RangeError('the recordings hold no leader or no services')
    const primaryGateways = isPrimary
      ? []
      : (datacenters[0]?.gateways ?? []).map(({address}) => `${address}:${ports.gateway}`)
    /** @type {DatacenterAnswers} */
    const answers = {
      own,
      recording,
      self: (server) => ready({body: selfOf(recordedSelf, server, {primaryGateways, servers}), headers: selfHeaders}),
      toOthers: {leader, services},
    }
    return /** @type {const} */ ([name, answers])
  })
  return new Map(entries)
}

/**
 * @param {RecordedAnswer} answer
 * @returns {ReadyAnswer}
 */
export function ready({body, headers}) {
  return {
    body: Buffer.from(JSON.stringify(body)),
    headers: {'Content-Type': 'application/json', Vary: 'Accept-Encoding', ...headers},
  }
}

/**
 * @param {Json | undefined} template
 * @param {Node} node
 * @param {string} suffix
 * @param {number} servers
 */
function memberOf(template, {address, datacenter, id, name}, suffix, servers) {
  if (!template) throw new RangeError('no such member was recorded')
  const {expect, ...tags} = template['Tags']
  const count = expect === undefined ? {} : servers === 1 ? {bootstrap: '1'} : {expect: String(servers)}
  return {...template, Addr: address, Name: `${name}${suffix}`, Tags: {...tags, ...count, dc: datacenter, id}}
}

/**
 * @param {Json} template
 * @param {import('./topology.js').GatewayNode} node
 */
function gatewayOf(template, {address, datacenter, gateway, id, name}) {
  const was = template['Node']
  return withTexts(template, (text) =>
    text === was.ID
      ? id
      : text
          .replaceAll(was.Address, address)
          .replaceAll(was.Node, name)
          .replaceAll(template['Service'].ID, gateway)
          .replace(new RegExp(`^${was.Datacenter}$`), datacenter),
  )
}

/**
 * @param {Json} template
 * @param {StandInDatacenter} datacenter
 * @param {number} index
 * @param {boolean} isPrimary whether the primary is asked
 */
function stateOf(template, {gateways, name}, index, isPrimary) {
  const primaryIndex = template['PrimaryModifyIndex'] + index
  return {
    ...template,
    Datacenter: name,
    MeshGateways: gateways.map((gateway) => gatewayOf(template['MeshGateways'][0], gateway)),
    ModifyIndex: isPrimary ? primaryIndex : template['ModifyIndex'] + index,
    PrimaryModifyIndex: primaryIndex,
  }
}

/**
 * @param {Json} recorded
 * @param {Node} server
 * @param {{ primaryGateways: readonly string[], servers: readonly Node[] }} about its datacenter
 */
function selfOf(recorded, {address, datacenter, id, name}, {primaryGateways, servers}) {
  const was = recorded['Config']
  const wasAddress = new RegExp(
    `${recorded['DebugConfig'].AdvertiseAddrLAN.replaceAll('.', String.raw`\.`)}(?!\\d)`,
    'g',
  )
  const wasDatacenter = new RegExp(String.raw`\b${was.Datacenter}\b`, 'g')
  const self = withTexts(recorded, (text) =>
    text
      .replaceAll(was.NodeID, id)
      .replaceAll(was.NodeName, name)
      .replaceAll(wasAddress, address)
      .replaceAll(wasDatacenter, datacenter),
  )
  const isAlone = servers.length === 1
  Object.assign(self.DebugConfig, {
    Bootstrap: isAlone,
    BootstrapExpect: isAlone ? 0 : servers.length,
    PrimaryDatacenter: recorded['DebugConfig'].PrimaryDatacenter,
    PrimaryGateways: primaryGateways,
    RetryJoinLAN: servers.filter((other) => other.address !== address).map((other) => other.address),
  })
  return self
}

function justNow() {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}
