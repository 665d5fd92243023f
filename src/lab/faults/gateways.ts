import {gatewayRegistration} from '../../gateway/registration.js'
import type {ServiceRegistration} from '../../consul/types.js'
import {formatEndpoint} from '../../federation/fields/endpoint.js'
import type {Gateway} from '../../federation/model.js'
import {agentBeside, datacenterOf} from '../../federation/selectors.js'
import {carryOut} from '../../runbooks/carry-out.js'
import type {RunbookContext} from '../../runbooks/context.js'
import type {StandInKind} from '../stand-ins/stand-ins.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenSecondary, crash} from './nodes.js'
import {standInFor} from './processes.js'

/** No gateway and no agent of a lab listens there. */
const closedPort = 8444

export const gatewayFaults: readonly Fault[] = [
  {
    async break({context}) {
      for (const {id} of brokenSecondary(context.federation).gateways) await crash(context, id)
    },
    cause: 'gateway.none-usable',
    checks: ['gateway.path', 'wan.rpc'],
    id: 'gateway-dead',
    title: 'the gateways of a secondary have ended',
  },
  registrationFault({
    cause: 'gateway.none-usable',
    checks: ['gateway.healthy'],
    id: 'gateway-critical',
    title: 'the gateways of a secondary are critical in Consul: their check asks another port',
    wrong: (registration, {address}) => ({
      ...registration,
      Check: {...registration.Check, TCP: formatEndpoint({host: address, port: closedPort})},
    }),
  }),
  registrationFault({
    cause: 'gateway.none-usable',
    checks: ['gateway.registered'],
    id: 'gateway-meta-missing',
    title: 'the gateways of a secondary are registered without consul-wan-federation = "1"',
    wrong: (registration) => ({...registration, Meta: {}}),
  }),
  registrationFault({
    cause: 'gateway.wan-address',
    checks: ['gateway.wan-address'],
    id: 'gateway-wan-address-wrong',
    title: 'the gateways of a secondary are registered with a WAN address at which nothing listens',
    wrong: (registration, {address}) => ({
      ...registration,
      TaggedAddresses: {...registration.TaggedAddresses, wan: {Address: address, Port: closedPort}},
    }),
  }),
  standInFault({
    cause: 'gateway.names-missing',
    checks: ['gateway.path', 'wan.rpc'],
    id: 'gateway-passes-some-names',
    kind: 'passes-no-nodes',
    title:
      'the gateways of a secondary pass server.<datacenter>.<domain> on, and no <node>.server.<datacenter>.<domain>',
  }),
  standInFault({
    cause: 'gateway.ends-tls',
    checks: ['gateway.path', 'wan.rpc'],
    id: 'gateway-ends-tls',
    kind: 'ends-tls',
    title: 'a load balancer in front of the gateways of a secondary ends TLS with a certificate of its own',
  }),
]

/** Something else listens where the gateways of a secondary did. */
function standInFault({kind, ...about}: Omit<Fault, 'break'> & {readonly kind: StandInKind}): Fault {
  return {
    ...about,
    async break(lab) {
      for (const {id} of brokenSecondary(lab.context.federation).gateways) await standInFor(lab, id, kind)
    },
  }
}

interface RegistrationFault extends Omit<Fault, 'break' | 'mend'> {
  readonly wrong: (registration: ServiceRegistration, gateway: Gateway) => ServiceRegistration
}

function registrationFault({wrong, ...about}: RegistrationFault): Fault {
  return {
    ...about,
    break: (lab) => registerAll(lab, wrong),
    mend: (lab) => registerAll(lab, (registration) => registration),
  }
}

async function registerAll({context}: Pick<LabToBreak, 'context'>, change: RegistrationFault['wrong']): Promise<void> {
  for (const gateway of brokenSecondary(context.federation).gateways) {
    await register(context, gateway, change(gatewayRegistration(gateway), gateway))
  }
}

async function register(context: RunbookContext, gateway: Gateway, registration: ServiceRegistration): Promise<void> {
  const agent = agentBeside(datacenterOf(context.federation, gateway.datacenter), gateway).id
  const summary = `register the gateway ${gateway.id} with the agent ${agent}`
  await carryOut({agent, gateway: gateway.id, kind: 'register-gateway', registration, summary}, context)
}
