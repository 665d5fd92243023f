import {primaryOf} from '../../federation/selectors.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import {changeNetwork, networkOf} from '../isolation/network.js'
import {type Command, cutWay, lostRoute} from '../isolation/network-commands.js'
import type {DatacenterNetwork, NetworkPlan} from '../isolation/network-plan.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenSecondary} from './nodes.js'

/** Faults of what lies between datacenters, which loopback addresses cannot have. */
export const networkFaults: readonly Fault[] = [
  {
    break: (lab) => change(lab, ({secondary, wan}) => secondary.gateways.map((address) => lostRoute(address, wan))),
    cause: 'gateway.wan-address',
    checks: ['gateway.wan-address', 'gateway.path', 'wan.rpc'],
    id: 'wan-address-unrouted',
    needs: ['isolate'],
    title: 'the gateways of a secondary have WAN addresses to which no route leads',
  },
  {
    break: (lab) => change(lab, ({primary, secondary, wan}) => cutWay('add', primary, secondary, wan)),
    cause: 'wan.way-cut',
    checks: ['gateway.path', 'wan.rpc'],
    id: 'direction-cut',
    mend: (lab) => change(lab, ({primary, secondary, wan}) => cutWay('del', primary, secondary, wan)),
    needs: ['isolate'],
    title: 'the gateways of the primary cannot reach those of a secondary, which reach them',
  },
]

interface Parties {
  readonly primary: DatacenterNetwork
  readonly secondary: DatacenterNetwork
  readonly wan: NetworkPlan['wan']
}

async function change(
  {context: {federation, ports}}: Pick<LabToBreak, 'context'>,
  commands: (parties: Parties) => Command[],
): Promise<void> {
  const {datacenters, wan} = await networkOf(federation)
  const [primary, secondary] = [primaryOf(federation), brokenSecondary(federation)].map(({name}) =>
    datacenters.find(({datacenter}) => datacenter === name),
  )
  if (!primary || !secondary) throw new FedctlError('bug', 'a datacenter of the lab has no network')
  await changeNetwork(commands({primary, secondary, wan}), ports)
}
