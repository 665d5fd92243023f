import {randomBytes} from 'node:crypto'

import {FedctlError} from '../../errors/fedctl-error.js'
import type {Federation} from '../../federation/model.js'
import {readNamespaces, writeNamespaces} from '../../hosts/namespaces.js'
import type {Ports} from '../../system/ports.js'
import {readLabRecord} from '../lab-record.js'
import {type Command, networkCommands, removalCommands} from './network-commands.js'
import {namespacesFor, type NetworkPlan, networkPlan} from './network-plan.js'
import {readRoutes, runAll} from './run-ip.js'
import {routesTo} from './taken-addresses.js'

type NetworkPorts = Pick<Ports, 'env' | 'signal'>

const tagBytes = 2
const thereAlready = /File exists/
const goneAlready = /Cannot find device|No such file or directory/

/**
 * Makes the networks of an isolated lab, or what is missing of them; their names are on disk before. Does nothing for a lab that is not isolated.
 * @throws FedctlError `lab.isolation-failed`, also where this machine routes the addresses of the lab elsewhere.
 */
export async function makeNetwork(federation: Federation, ports: NetworkPorts): Promise<void> {
  const record = await readLabRecord(federation.workspace)
  if (!record?.options.isolate) return
  if (!(await readNamespaces(federation.workspace))) {
    const names = federation.datacenters.map(({name}) => name)
    const tag = randomBytes(tagBytes).toString('hex')
    await writeNamespaces(federation.workspace, namespacesFor(names, record.block, tag))
  }
  const plan = await networkOf(federation)
  await requireUnrouted(plan, ports)
  await runAll(networkCommands(plan), ports, thereAlready)
}

/** Removes the networks of a workspace, if it has any, once nothing runs in them. Repetition is harmless. @throws FedctlError `lab.isolation-failed`. */
export async function removeNetwork(workspace: string, ports: NetworkPorts): Promise<void> {
  const namespaces = await readNamespaces(workspace)
  if (!namespaces) return
  const names = [...Object.values(namespaces.datacenters), namespaces.wan]
  await runAll(removalCommands(names), ports, goneAlready)
}

/** Changes something of the networks of a lab, or nothing where that was done before. @throws FedctlError `lab.isolation-failed`. */
export async function changeNetwork(commands: readonly Command[], ports: NetworkPorts): Promise<void> {
  await runAll(commands, ports, new RegExp(`${thereAlready.source}|${goneAlready.source}`))
}

/** The networks of an isolated lab, as they are to be. @throws FedctlError `bug` where the lab is not isolated. */
export async function networkOf(federation: Federation): Promise<NetworkPlan> {
  const [record, namespaces] = [await readLabRecord(federation.workspace), await readNamespaces(federation.workspace)]
  if (!record || !namespaces) throw new FedctlError('bug', `the lab in ${federation.workspace} is not isolated`)
  return networkPlan(federation, record.block, namespaces)
}

/** Whether this machine has no route to the addresses of a block, so that an isolated lab can have them. */
export async function isUnrouted(block: number, ports: NetworkPorts): Promise<boolean> {
  return routesTo(subnetsOf(block), await readRoutes(ports), []).length === 0
}

/**
 * Refuses a machine whose routes lead to the addresses of every block, such as one with a VPN to 10.0.0.0/8.
 * @throws FedctlError `lab.isolation-failed`.
 */
export async function requireUnroutedBlock(blocks: readonly number[], ports: NetworkPorts): Promise<void> {
  const routes = await readRoutes(ports)
  const inTheWay = blocks.map((block) => routesTo(subnetsOf(block), routes, [])[0])
  const [route] = inTheWay
  if (!route || inTheWay.includes(undefined)) return
  throw new FedctlError(
    'lab.isolation-failed',
    `the addresses of every isolated lab lie in networks to which this machine has a route already, such as ${route.dst} through ${route.dev ?? 'another way'}`,
    {
      suggestions: [
        'see whose it is: ip route; where it is that of a VPN, end that, or have it route only the networks that are needed',
        'or make a lab without --isolate, on loopback addresses',
      ],
    },
  )
}

function subnetsOf(block: number): string[] {
  return [`10.${block}.0.0/16`, `198.18.${block}.0/24`]
}

async function requireUnrouted({datacenters, wan}: NetworkPlan, ports: NetworkPorts): Promise<void> {
  const subnets = [...datacenters, wan].map(({subnet}) => subnet)
  const own = [...datacenters, wan].map(({namespace}) => namespace)
  const [route] = routesTo(subnets, await readRoutes(ports), own)
  if (!route) return
  throw new FedctlError(
    'lab.isolation-failed',
    `the lab needs ${subnets.join(', ')}, and this machine has a route to ${route.dst} through ${route.dev ?? 'another way'}`,
    {
      suggestions: [
        'see whose it is: ip route; another lab may have taken the addresses while this one was down',
        'stop that one, or make a lab with other addresses in another folder: fedctl lab up --isolate --dir DIR',
      ],
    },
  )
}
