import type {Datacenter, Federation} from '../federation/model.js'
import type {Ports} from '../system/ports.js'
import {fedctlHere} from './paste-ready.js'

/** Says on stderr, where a secondary is joined the traditional way, that one which is up can be moved: its operator may have meant that. */
export async function sayExisting(
  federation: Federation,
  {name}: Pick<Datacenter, 'name'>,
  ports: Ports,
): Promise<void> {
  if (federation.via !== 'wan-gossip') return
  const fedctl = await fedctlHere(federation, ports)
  const command = fedctl(`bootstrap secondary --dc ${name} --existing`)
  ports.talk(`via is wan-gossip: where ${name} is up, move it to mesh gateways with ${command}`)
}
