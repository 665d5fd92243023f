import {enteringNamespace} from '../../hosts/namespaces.js'
import type {DatacenterNetwork, NetworkPlan} from './network-plan.js'

/** A program and its arguments. */
export type Command = readonly [string, ...string[]]

/** Of the rules of the WAN: a lower number comes first. */
const [cut, answers, everythingElse] = [100, 200, 300]

/** What makes the networks of a lab, in this order. Each is harmless where it was done before. */
export function networkCommands({datacenters, wan}: NetworkPlan): Command[] {
  return [
    ...addNamespace(wan.namespace, {forwards: true}),
    ...datacenters.flatMap(({namespace}) => addNamespace(namespace, {forwards: false})),
    ...wanLink(wan),
    ...firewall(wan),
    ...datacenters.flatMap((datacenter) => [...lanLink(datacenter), ...uplink(datacenter, wan)]),
  ]
}

/** What removes them: interfaces first, since a namespace lives on while a process runs in it. */
export function removalCommands(namespaces: readonly string[]): Command[] {
  return [
    ...namespaces.map((name): Command => ['ip', 'link', 'del', name]),
    ...namespaces.map((name): Command => ['ip', 'netns', 'del', name]),
  ]
}

/** A route of the WAN to the WAN address of a gateway. */
function wanRoute(
  {namespace: datacenter}: Pick<DatacenterNetwork, 'namespace'>,
  address: string,
  wan: NetworkPlan['wan'],
): Command {
  return inside(wan.namespace, 'route', 'replace', `${address}/32`, 'dev', datacenter)
}

/** Instead of `wanRoute`: what is sent there is lost, without an answer. */
export function lostRoute(address: string, wan: NetworkPlan['wan']): Command {
  return inside(wan.namespace, 'route', 'replace', 'blackhole', `${address}/32`)
}

/** Rules by which connections from one datacenter to the gateways of another are lost, and not those of the other direction. */
export function cutWay(
  action: 'add' | 'del',
  from: DatacenterNetwork,
  to: DatacenterNetwork,
  {gatewayPorts, namespace}: NetworkPlan['wan'],
): Command[] {
  return to.gateways.flatMap((address) =>
    gatewayPorts.map((port) => {
      const calls = ['from', from.subnet, 'to', address, 'ipproto', 'tcp', 'dport', String(port)]
      return inside(namespace, 'rule', action, 'priority', String(cut), ...calls, 'blackhole')
    }),
  )
}

/** `ip` in a namespace. */
function inside(namespace: string, ...args: readonly string[]): Command {
  return ['ip', '-n', namespace, ...args]
}

/** A new namespace has the settings of this machine, which may well be a router. */
function addNamespace(name: string, {forwards}: {forwards: boolean}): Command[] {
  const setting = `echo ${forwards ? 1 : 0} > /proc/sys/net/ipv4/ip_forward`
  return [
    ['ip', 'netns', 'add', name],
    inside(name, 'link', 'set', 'lo', 'up'),
    [...enteringNamespace(name), 'sh', '-c', setting] as unknown as Command,
  ]
}

/** This machine on the WAN. */
function wanLink({here, namespace, router, subnet}: NetworkPlan['wan']): Command[] {
  return [
    ['ip', 'link', 'add', namespace, 'type', 'veth', 'peer', 'name', 'here', 'netns', namespace],
    inside(namespace, 'addr', 'replace', `${router}/32`, 'dev', 'here'),
    inside(namespace, 'link', 'set', 'here', 'up'),
    inside(namespace, 'route', 'replace', `${here}/32`, 'dev', 'here'),
    ['ip', 'addr', 'replace', `${here}/32`, 'dev', namespace],
    ['ip', 'link', 'set', namespace, 'up'],
    ['ip', 'route', 'replace', subnet, 'via', router, 'dev', namespace, 'src', here, 'onlink'],
  ]
}

/** This machine and a datacenter. */
function lanLink({here, lan, namespace}: DatacenterNetwork): Command[] {
  return [
    ['ip', 'link', 'add', namespace, 'type', 'veth', 'peer', 'name', 'lan', 'netns', namespace],
    ...lan.map((address) => inside(namespace, 'addr', 'replace', `${address}/24`, 'dev', 'lan')),
    inside(namespace, 'link', 'set', 'lan', 'up'),
    ['ip', 'addr', 'replace', `${here}/24`, 'dev', namespace],
    ['ip', 'link', 'set', namespace, 'up'],
  ]
}

/** A datacenter and the WAN. */
function uplink(datacenter: DatacenterNetwork, wan: NetworkPlan['wan']): Command[] {
  const {gateways, namespace, outgoing, subnet} = datacenter
  const viaRouter = ['via', wan.router, 'dev', 'wan', 'onlink', ...(outgoing === undefined ? [] : ['src', outgoing])]
  return [
    inside(wan.namespace, 'link', 'add', namespace, 'type', 'veth', 'peer', 'name', 'wan', 'netns', namespace),
    inside(wan.namespace, 'addr', 'replace', `${wan.router}/32`, 'dev', namespace),
    inside(wan.namespace, 'link', 'set', namespace, 'up'),
    inside(wan.namespace, 'route', 'replace', subnet, 'dev', namespace),
    ...gateways.map((address) => inside(namespace, 'addr', 'replace', `${address}/32`, 'dev', 'wan')),
    inside(namespace, 'link', 'set', 'wan', 'up'),
    ...[wan.subnet, wan.lans].map((network) => inside(namespace, 'route', 'replace', network, ...viaRouter)),
    ...gateways.map((address) => wanRoute(datacenter, address, wan)),
  ]
}

/** Into a LAN the WAN lets what comes from the port of a gateway. The rest is lost. */
function firewall({gatewayPorts, lans, namespace}: NetworkPlan['wan']): Command[] {
  const rule = (priority: number, ...what: readonly string[]) =>
    inside(namespace, 'rule', 'add', 'priority', String(priority), 'to', lans, ...what)
  return [
    ...gatewayPorts.map((port) => rule(answers, 'ipproto', 'tcp', 'sport', String(port), 'lookup', 'main')),
    rule(everythingElse, 'blackhole'),
  ]
}
