import {Flags} from '@oclif/core'

/** One gateway of the federation file. */
export const gatewayFlag = Flags.string({
  description: 'this gateway only: DATACENTER/NAME, or the name alone',
  helpValue: 'GATEWAY',
})
