import {Flags} from '@oclif/core'

/** The federation file; `findFederationFile` says where it is looked for otherwise. */
export const federationFlag = Flags.file({
  description: 'federation file (default: federation.yaml here or in the nearest parent)',
  env: 'FEDCTL_FEDERATION',
  helpValue: 'FILE',
})

export const datacenterFlag = Flags.string({description: 'this datacenter only', helpValue: 'NAME'})

export const nodeFlag = Flags.string({description: 'this node only', helpValue: 'NAME'})

export const dryRunFlag = Flags.boolean({default: false, description: 'print what would be done and change nothing'})
