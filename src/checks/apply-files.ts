import type {Agent, Federation} from '../federation/model.js'
import {fedctlCommand, startAgainCommand} from './fedctl-command.js'

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
