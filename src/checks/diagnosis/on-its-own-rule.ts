import {fedctlCommand} from '../fedctl-command.js'
import {agentFacts} from '../member-facts.js'
import {joined} from '../wording.js'
import {dependsOn, failuresOf, type Rule} from './rule.js'

/** What differs in a datacenter with a life of its own: its CA and gossip key, its settings, and all that a secondary draws from its primary. */
const ownAffairs = /^(?:access\.token$|acl\.|agent\.|ca\.|entries\.|gateway\.|gossip\.|state\.|tls\.|wan\.)/

/** All servers of a secondary name it as its primary: it is no part of the federation yet. */
export const onItsOwn: Rule = {
  cause: 'agent.on-its-own',
  title: 'a datacenter stands alone: it is its own primary',
  when(about) {
    const {model, snapshot} = about
    if (model.via !== 'mesh-gateways') return undefined
    const failed = new Set(failuresOf(about, 'agent.primary').map(({finding}) => finding.subject))
    const alone = model.datacenters.filter(
      ({name, servers}) =>
        servers.length > 0 &&
        servers.every((server) => {
          const facts = agentFacts(snapshot, server)
          return failed.has(server.id) && facts.known && facts.value.primaryDatacenter === name
        }),
    )
    const names = alone.map(({name}) => name)
    if (names.length === 0) return undefined
    const follows = dependsOn(names, about)
    return {
      explains: (finding) =>
        follows(finding) ||
        (ownAffairs.test(finding.check) && finding.datacenters.some((name) => names.includes(name))),
      fix: names.map((name) => fedctlCommand('bootstrap secondary --existing', {dc: name})),
      title: `${joined(names)} ${names.length === 1 ? 'stands alone, its own primary' : 'stand alone, each its own primary'}: not joined to ${model.primary}`,
    }
  },
}
