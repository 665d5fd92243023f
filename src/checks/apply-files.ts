import type {Agent, Datacenter, Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import {fedctlCommand, startAgainCommand} from './fedctl-command.js'
import {joined} from './wording.js'

/**
 * What makes a server run with the files that the workspace has for it: on this machine a runbook, which writes them and restarts what runs with
 * others; elsewhere people. A certificate takes no restart there (`consul reload`).
 */
export function applyFiles(
  {datacenter, host, id, name}: Agent,
  {primary}: Pick<Federation, 'primary'>,
  part: 'certificate' | 'configuration',
): string[] {
  if (host === 'local') return [startAgainCommand({isPrimary: datacenter === primary, name: datacenter})]
  return [
    fedctlCommand('config render', {dc: datacenter, node: name}),
    part === 'certificate'
      ? `put the rendered certificate on the node of ${id}, then run there: consul reload`
      : `put the rendered files on the node of ${id} and restart consul there`,
  ]
}

/** As `applyFiles`, for the configuration of all agents of a datacenter, clients too: in as few lines as there are ways. */
export function applyFilesEverywhere(datacenter: Datacenter): string[] {
  const {name} = datacenter
  const agents = agentsOf(datacenter)
  const others = agents.filter(({host}) => host !== 'local')
  const nodes = others.length === agents.length ? name : joined(others.map(({id}) => id))
  return [
    ...(others.length < agents.length ? [startAgainCommand(datacenter)] : []),
    ...(others.length > 0
      ? [
          fedctlCommand('config render', {dc: name}),
          `put the rendered files on the nodes of ${nodes} and restart consul there`,
        ]
      : []),
  ]
}
