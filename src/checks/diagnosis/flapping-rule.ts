import {gatewaysOf} from '../../federation/selectors.js'
import {fedctlCommand} from '../fedctl-command.js'
import {distinct, joined} from '../wording.js'
import {type Case, dependsOn, type JudgedFinding, type Rule} from './rule.js'

/** What another gateway of the datacenter does not keep from failing. */
const ofTheWay = /^(?:gateway|wan)\./
/** Changes that a title lists. */
const mostShown = 4

/** Each return makes others try again and lose it again, so that waiting brings nothing. One look cannot tell this from the end of an outage. */
export const flappingGateway: Rule = {
  cause: 'gateway.flapping',
  title: 'a gateway comes and goes',
  when(about) {
    const {gatewayFlaps: flaps = []} = about.snapshot
    const ids = distinct(flaps.map(({gateway}) => gateway))
    const flapping = gatewaysOf(about.model).filter(({id}) => ids.includes(id))
    if (flapping.length === 0) return undefined
    const times = flapping.map(({id}) => {
      const own = flaps.filter(({gateway}) => gateway === id).slice(-mostShown)
      return `${id} was ${joined(own.map(({at, to}) => `${to} at ${at.slice(11, 19)}`))} UTC`
    })
    return {
      explains: followsFrom(about, ids),
      fix: [
        `see in the log of ${joined(ids)}, and of the agent that checks it, why it ends and comes back: a crash that something restarts, a check that times out, two processes at one address`,
        fedctlCommand('verify', {wait: '5m'}),
      ],
      title: `gateway ${joined(ids)} comes and goes: ${times.join('; ')}`,
    }
  },
}

/** Where another gateway stays, only some calls fail. */
function followsFrom(about: Case, ids: readonly string[]): (finding: JudgedFinding) => boolean {
  const concerned = about.model.datacenters.filter(({gateways}) => gateways.some(({id}) => ids.includes(id)))
  const cutOff = concerned.filter(({gateways}) => gateways.every(({id}) => ids.includes(id)))
  const follows = dependsOn(
    concerned.map(({name}) => name),
    about,
  )
  const followsFromCut = dependsOn(
    cutOff.map(({name}) => name),
    about,
  )
  return (finding) => followsFromCut(finding) || (ofTheWay.test(finding.check) && follows(finding))
}
