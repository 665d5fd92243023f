import {federationStates, serviceHealth} from '../consul/api.js'
import type {CheckServiceNode, FederationState} from '../consul/types.js'
import {dropUndefined} from './drop-undefined.js'
import type {Question} from './questioner.js'
import type {FederationStateFacts, GatewayFacts} from './snapshot.js'
import {federationStatesSchema, gatewaysSchema} from './snapshot-schema.js'

const gatewayKind = 'mesh-gateway'
/** What makes a mesh gateway expose servers: agent/structs/service_definition.go, MetaWANFederationKey, 1.8–1.21. */
const exposesServersKey = 'consul-wan-federation'

/** The mesh gateways in the catalog of the agent's own datacenter that are registered under one of these service names. */
export function catalogGatewaysQuestion(
  services: readonly string[],
): Question<CheckServiceNode[][], readonly GatewayFacts[]> {
  return {
    observation: 'catalog-gateways',
    put: (client, call) => Promise.all(services.map((service) => serviceHealth(client, service, call))),
    read: (answers) => answers.flatMap((nodes) => readGateways(nodes)),
    schema: gatewaysSchema,
  }
}

/** The federation states that the agent's server itself holds. Needs `operator:read`. */
export const federationStatesQuestion: Question<FederationState[], readonly FederationStateFacts[]> = {
  observation: 'federation-states',
  put: (client, call) => federationStates(client, {...call, stale: true}),
  read: (states) =>
    states.map((state) => ({
      datacenter: state.Datacenter,
      // Left out by 1.8 where there are none.
      gateways: readGateways(state.MeshGateways ?? []),
      modifyIndex: state.ModifyIndex,
      primaryModifyIndex: state.PrimaryModifyIndex,
      updatedAt: state.UpdatedAt,
    })),
  schema: federationStatesSchema,
}

/** The mesh gateways among services of a catalog or a federation state. */
export function readGateways(nodes: readonly CheckServiceNode[]): GatewayFacts[] {
  return nodes.filter(({Service}) => Service.Kind === gatewayKind).map((node) => readGateway(node))
}

/** Addresses as Consul chooses them (agent/structs/structs.go, BestAddress): the service's own before its node's. */
function readGateway({Checks, Node, Service}: CheckServiceNode): GatewayFacts {
  const wan = Service.TaggedAddresses?.wan
  return dropUndefined<GatewayFacts>({
    address: Service.Address || Node.Address,
    checks: (Checks ?? []).map(({Name, Output, Status}) => ({name: Name, output: Output, status: Status})),
    exposesServers: Service.Meta?.[exposesServersKey] === '1',
    id: Service.ID,
    node: Node.Node,
    port: Service.Port,
    service: Service.Service,
    wan: wan ? {address: wan.Address, port: wan.Port || Service.Port} : undefined,
  })
}
