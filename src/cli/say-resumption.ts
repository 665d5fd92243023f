import {readJournal} from '../federation/journal.js'
import {resumptionOf} from '../runbooks/resumption.js'
import type {Ports} from '../system/ports.js'
import {resumptionLines} from './reporters/resumption.js'

/** Says on stderr where an earlier run of the same was left, if it did not reach its end. */
export async function sayResumption(
  runbooks: Parameters<typeof resumptionOf>[0],
  workspace: string,
  {talk}: Pick<Ports, 'talk'>,
  stream: {readonly columns?: number; readonly isTTY?: boolean} = process.stderr,
): Promise<void> {
  const resumption = resumptionOf(runbooks, await readJournal(workspace))
  for (const line of resumption ? resumptionLines(resumption, stream.isTTY ? stream.columns : undefined) : [])
    talk(line)
}
