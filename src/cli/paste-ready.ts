import {relative} from 'node:path'

import type {Diagnosis, Finding, Report} from '../checks/check.js'
import {fixCommands} from '../checks/fedctl-command.js'
import {findFederationFile} from '../federation/load.js'
import type {Federation} from '../federation/model.js'
import {forShell} from '../system/for-shell.js'
import type {Ports} from '../system/ports.js'
import {invocation} from './invocation.js'

const value = String.raw`(?:'[^']*'|[\w@%+=:./-]+(?:,[\w@%+=:./-]+)*)`
const commandLine = new RegExp(`fedctl (${Object.keys(fixCommands).join('|')})((?: --[\\w-]+ ${value})*)`, 'g')

/** The report with its fixes as they paste here: fedctl as it was started, and the federation file where it would not be found. */
export async function pasteReady(report: Report, federation: Federation, {env}: Pick<Ports, 'env'>): Promise<Report> {
  const cwd = process.cwd()
  const found = await findFederationFile({cwd, env}).catch(() => undefined)
  const file = found === federation.file ? '' : ` --federation ${forShell(relative(cwd, federation.file))}`
  const fedctl = invocation(process.argv, cwd)
  const here = (text: string) =>
    text.replaceAll(commandLine, (_, command: string, flags: string) => `${fedctl} ${command}${flags}${file}`)
  const withFix = <T extends Diagnosis | Finding>(entry: T): T =>
    entry.fix ? {...entry, fix: entry.fix.map(here)} : entry
  return {
    ...report,
    checks: report.checks.map((check) => ({...check, findings: check.findings.map(withFix)})),
    diagnosis: report.diagnosis.map(withFix),
  }
}
