import type {Agent, Federation} from '../federation/model.js'
import {readIfExists} from '../system/files.js'
import {localProcess} from './local-process.js'

/** Whether one of these agents was started by this workspace, or a person was given its configuration. @throws FedctlError `file.unreadable`. */
export async function wereGivenConfiguration(federation: Federation, agents: readonly Agent[]): Promise<boolean> {
  const files = agents.flatMap(({id}) => {
    const {digestFile, handedOverFile} = localProcess(federation, id)
    return [digestFile, handedOverFile]
  })
  return (await Promise.all(files.map((file) => readIfExists(file)))).some((content) => content !== undefined)
}
