import {relative} from 'node:path'

import type {Diagnosis, Finding, Report} from '../checks/check.js'
import {fixCommands} from '../checks/fedctl-command.js'
import {findFederationFile} from '../federation/load.js'
import type {Federation} from '../federation/model.js'
import {forShell} from '../system/for-shell.js'
import type {Ports} from '../system/ports.js'
import {invocation} from './invocation.js'

const value = String.raw`(?:'[^']*'|[\w@%+=:./-]+(?:,[\w@%+=:./-]+)*)`
/** A command that begins like another one is looked for before it. */
const commands = Object.keys(fixCommands).toSorted((a, b) => b.length - a.length)
const commandLine = new RegExp(`fedctl (${commands.join('|')})((?: --[\\w-]+ ${value})*)`, 'g')

/** @returns What makes a command line of fedctl that pastes here: as it was started, with the federation file where it would not be found. */
export async function fedctlHere(
  federation: Federation,
  {env}: Pick<Ports, 'env'>,
): Promise<(command: string) => string> {
  const cwd = process.cwd()
  const found = await findFederationFile({cwd, env}).catch(() => undefined)
  const file = found === federation.file ? '' : ` --federation ${forShell(relative(cwd, federation.file))}`
  const fedctl = invocation(process.argv, cwd)
  return (command) => `${fedctl} ${command}${file}`
}

/** The report with its fixes as they paste here. */
export async function pasteReady(report: Report, federation: Federation, ports: Pick<Ports, 'env'>): Promise<Report> {
  const fedctl = await fedctlHere(federation, ports)
  const here = (text: string) =>
    text.replaceAll(commandLine, (_, command: string, flags: string) => fedctl(`${command}${flags}`))
  const withFix = <T extends Diagnosis | Finding>(entry: T): T =>
    entry.fix ? {...entry, fix: entry.fix.map(here)} : entry
  return {
    ...report,
    checks: report.checks.map((check) => ({...check, findings: check.findings.map(withFix)})),
    diagnosis: report.diagnosis.map(withFix),
  }
}
