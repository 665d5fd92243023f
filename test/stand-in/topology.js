/**
 * @typedef {object} StandInOptions
 * @property {number} block the second number of every address: 127.<block>.<datacenter>.<node>
 * @property {number} datacenters
 * @property {number} gateways of each datacenter
 * @property {number} servers of each datacenter
 */

/**
 * @typedef {object} Node
 * @property {string} address
 * @property {string} datacenter
 * @property {string} id as Consul writes it
 * @property {string} name
 */

/** @typedef {Node & { gateway: string }} GatewayNode a client agent, and the gateway beside it */

/**
 * @typedef {object} StandInDatacenter
 * @property {readonly GatewayNode[]} gateways
 * @property {boolean} isPrimary
 * @property {string} name
 * @property {readonly Node[]} servers
 */

const firstClient = 11

export const ports = {gateway: 8443, http: 8500, lan: 8301, rpc: 8300, wan: 8302}

/**
 * @param {StandInOptions} options
 * @returns {StandInDatacenter[]} named and numbered as `fedctl lab up` does; the first is the primary
 */
export function topologyOf({block, datacenters, gateways, servers}) {
  return numbers(datacenters).map((datacenter) => {
    const name = `dc${datacenter}`
    const node = (/** @type {string} */ kind, /** @type {number} */ n, /** @type {number} */ last) => ({
      address: `127.${block}.${datacenter}.${last}`,
      datacenter: name,
      id: [hex(block, 8), '5527', '61cc', hex(datacenter, 4), hex(last, 12)].join('-'),
      name: `${name}-${kind}${n}`,
    })
    return {
      gateways: numbers(gateways).map((n) => ({...node('c', n, firstClient + n - 1), gateway: `${name}-gw${n}`})),
      isPrimary: datacenter === 1,
      name,
      servers: numbers(servers).map((n) => node('s', n, n)),
    }
  })
}

/**
 * @param {readonly StandInDatacenter[]} datacenters
 * @returns {string} the federation file that describes them
 */
export function federationFile(datacenters) {
  const nodes = (/** @type {StandInDatacenter} */ {gateways, name, servers}) => [
    `  - name: ${name}`,
    '    consul: 1.8.7',
    '    servers:',
    ...servers.map((server) => `      - { name: ${server.name}, address: ${server.address} }`),
    '    clients:',
    ...gateways.map((client) => `      - { name: ${client.name}, address: ${client.address} }`),
    '    gateways:',
    ...gateways.map(
      ({address, gateway, name: agent}) =>
        `      - { name: ${gateway}, agent: ${agent}, address: ${address}, port: ${ports.gateway} }`,
    ),
  ]
  return [
    'primary: dc1',
    'via: mesh-gateways',
    'mesh_gateway_mode: local',
    'agent: { raft_multiplier: 1, retry_interval: 1s, retry_interval_wan: 1s }',
    'api: { token: workspace }',
    'host: local',
    'datacenters:',
    ...datacenters.flatMap(nodes),
    '',
  ].join('\n')
}

/** @param {number} count */
function numbers(count) {
  return Array.from({length: count}, (_, index) => index + 1)
}

/**
 * @param {number} value
 * @param {number} digits
 */
function hex(value, digits) {
  return value.toString(16).padStart(digits, '0')
}
