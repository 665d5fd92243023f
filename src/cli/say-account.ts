import type {Federation} from '../federation/model.js'
import {accountFile, latestExport} from '../holdings/export.js'
import {statIfExists} from '../system/files.js'
import type {Ports} from '../system/ports.js'

/** Says on stderr where the account of a datacenter lies that was on its own: a run that was killed may not have shown it. */
export async function sayAccount(
  federation: Federation,
  datacenter: string,
  {talk}: Pick<Ports, 'talk'>,
): Promise<void> {
  const latest = await latestExport(federation, datacenter)
  if (latest?.index.state !== 'moved') return
  const file = accountFile(latest.folder)
  if (await statIfExists(file)) talk(`what ${datacenter} held on its own, and what became of it: ${file}`)
}
