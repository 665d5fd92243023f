import {forShell} from '../system/for-shell.js'
import type {LabStatus} from './status.js'

/** A command that can be pasted as it stands, and what it is for. */
export interface Suggestion {
  readonly command: string
  readonly purpose: string
}

export interface SuggestionGroup {
  readonly suggestions: readonly Suggestion[]
  readonly title: string
}

/**
 * What to try with a lab that is up.
 * @param fedctl how fedctl was started, ready for a shell, such as `node bin/run.js`.
 * @param directory of the lab, as it was named.
 */
export function labSuggestions(
  status: LabStatus,
  fedctl: string,
  directory: string,
  federationFile: string,
): SuggestionGroup[] {
  const [here = 'dc1', there = here] = status.datacenters
  const folder = forShell(directory)
  const exec = `${fedctl} lab exec --dir ${folder}`
  const verify = `${fedctl} verify --federation ${forShell(federationFile)}`
  const hasGateways = status.processes.some(({kind}) => kind === 'gateway')
  const breakGroup: SuggestionGroup = {
    suggestions: [
      {command: `${fedctl} lab break gateway-dead --dir ${folder}`, purpose: `end the gateways of ${there}`},
      {command: verify, purpose: 'members are still alive; this says what is not'},
      {command: `${fedctl} lab mend --dir ${folder}`, purpose: 'start them again; Consul takes up to five minutes'},
      {command: `${fedctl} lab faults`, purpose: 'what else can be broken'},
    ],
    title: 'Break it and see',
  }
  return [
    {
      suggestions: [
        {command: `${exec} ${here} -- consul members -wan`, purpose: 'every server of every datacenter, alive'},
        ...(there === here
          ? []
          : [
              {
                command: `${exec} ${here} -- consul catalog services -datacenter ${there}`,
                purpose: `asked in ${here}, answered by ${there}`,
              },
            ]),
        {command: `${fedctl} lab status --dir ${folder}`, purpose: 'addresses, pids and logs'},
      ],
      title: 'Look around',
    },
    ...(there === here ? [] : [hasGateways ? breakGroup : moveGroup(fedctl, there, federationFile)]),
    {
      suggestions: [{command: `${fedctl} lab down --dir ${folder}`, purpose: 'end all of it; nothing is removed'}],
      title: 'Stop it',
    },
  ]
}

/** A lab without gateways is there to be moved to some. */
function moveGroup(fedctl: string, secondary: string, federationFile: string): SuggestionGroup {
  const move = `${fedctl} bootstrap secondary --existing --dc ${secondary} --federation ${forShell(federationFile)}`
  return {
    suggestions: [
      {command: `${move} --dry-run`, purpose: 'read the plan'},
      {command: move, purpose: 'move to mesh gateways; the datacenters stay connected'},
    ],
    title: 'Move it to mesh gateways',
  }
}
