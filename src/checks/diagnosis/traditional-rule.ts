import {fedctlCommand} from '../fedctl-command.js'
import {joined} from '../wording.js'
import {type Case, failuresOf, type Rule} from './rule.js'

const ofTheMove = /^agent\.(?:federation-on|no-wan-join|primary-gateways)$/
/** Where not even the primary was moved, there need not be any gateway yet. */
const ofTheFirstMove = /^(?:acl\.gateway-token$|gateway\.|state\.|tls\.server-name$)/

/**
 * Datacenters that run as traditional WAN federation wants it: with `retry_join_wan` and without the flag. With both a server does not start
 * (Consul agent/config/builder.go, 1.8–1.21). So it is between the moves of two secondaries, and where a file was edited ahead of the servers.
 */
export const stillTraditional: Rule = {
  cause: 'wan.traditional',
  title: 'a datacenter is still joined the traditional way, with retry_join_wan',
  when(about) {
    const withoutFlag = new Set(failuresOf(about, 'agent.federation-on').map(({finding}) => finding.subject))
    const traditional = failuresOf(about, 'agent.no-wan-join').filter(({finding}) => withoutFlag.has(finding.subject))
    if (traditional.length === 0) return undefined
    const subjects = new Set(traditional.map(({finding}) => finding.subject))
    const names = about.model.datacenters
      .filter(({servers}) => servers.some(({id}) => subjects.has(id)))
      .map(({name}) => name)
    const isFirst = names.includes(about.model.primary)
    return {
      explains: ({check, datacenters}) =>
        (ofTheMove.test(check) && names.some((name) => datacenters.includes(name))) ||
        (isFirst && ofTheFirstMove.test(check)),
      fix: nextToMove(about, names),
      title: `${joined(names)} ${names.length === 1 ? 'is' : 'are'} still joined the traditional way, with retry_join_wan, and not moved to mesh gateways`,
    }
  },
}

/** A move takes the primary with it, so a secondary is named in any case. */
function nextToMove({model}: Case, names: readonly string[]): string[] {
  const secondaries = model.datacenters.filter(({isPrimary}) => !isPrimary)
  const next = secondaries.find(({name}) => names.includes(name)) ?? secondaries[0]
  return next ? [fedctlCommand('bootstrap secondary --existing', {dc: next.name})] : []
}
