import {Flags} from '@oclif/core'

/** The folder of a lab. */
export const labFolderFlag = Flags.directory({
  default: 'fedctl-lab',
  description: 'folder of the lab',
  helpValue: 'DIR',
})
