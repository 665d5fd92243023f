import {Flags} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {reportFailure} from '../cli/failure.js'
import {federationFlag} from '../cli/flags.js'
import {verifyJson} from '../cli/reporters/verify-json.js'
import {verifyJunit} from '../cli/reporters/verify-junit.js'
import {verifyExitCode, verifyText} from '../cli/reporters/verify-report.js'
import {runVerification} from '../cli/run-verification.js'

const list = {delimiter: ',', multiple: true, multipleNonGreedy: true} as const

export default class Verify extends BaseCommand {
  static override description =
    'Asks every server of the federation file each thing once, at the same time, and judges the answers: from access to the APIs to calls from every\n' +
    'server into every datacenter. What fails is traced back to its cause. Nothing is changed, but for the token of --write-probes. Checks are described in docs/checks.md.\n' +
    'Ends with 0 where nothing failed, 1 where something did, 4 where nothing could be reached.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --preflight',
    '<%= config.bin %> <%= command.id %> --wait 5m --output short',
    '<%= config.bin %> <%= command.id %> --dc dc2 --only gateway,wan.rpc',
    '<%= config.bin %> <%= command.id %> --snapshot before.json --json',
  ]

  static override flags = {
    dc: Flags.string({...list, description: 'only what is about this datacenter (repeatable)', helpValue: 'NAME'}),
    'fail-on': Flags.option({
      default: 'error',
      description: 'end with 1 on warnings too, and --wait for them',
      options: ['error', 'warning'] as const,
    })(),
    federation: federationFlag,
    full: Flags.boolean({description: 'probe every server through every gateway', exclusive: ['snapshot']}),
    only: Flags.string({
      ...list,
      description: 'checks to run: ids, categories, gateway.* (repeatable)',
      helpValue: 'CHECK',
    }),
    output: Flags.option({
      default: 'table',
      description: 'form of the report',
      options: ['table', 'short', 'json', 'junit'] as const,
      relationships: [{flags: [{name: 'json', when: ({output}) => Promise.resolve(output !== 'json')}], type: 'none'}],
    })(),
    preflight: Flags.boolean({
      description: 'before anything runs: judge what the file, the workspace and the ports of this machine tell',
      exclusive: ['full', 'snapshot', 'soak', 'wait', 'write-probes'],
    }),
    'save-snapshot': Flags.file({description: 'keep what was observed in this file', helpValue: 'FILE'}),
    skip: Flags.string({...list, description: 'checks to leave out (repeatable)', helpValue: 'CHECK'}),
    snapshot: Flags.file({description: 'judge what was observed before, and ask nobody', helpValue: 'FILE'}),
    soak: Flags.string({
      description: 'first watch the WAN pool for so long, such as 60s, for members that come and go',
      exclusive: ['snapshot'],
      helpValue: 'DURATION',
    }),
    wait: Flags.string({
      description: 'wait up to this long until nothing fails, such as 90s or 5m',
      exclusive: ['snapshot'],
      helpValue: 'DURATION',
    }),
    'write-probes': Flags.boolean({
      description: 'also make an ACL token without rights, see it arrive in every secondary, and remove it',
      exclusive: ['snapshot'],
    }),
  }

  static override summary = 'prove that the federation works, or say what is wrong'

  async run() {
    const {flags} = await this.parse(Verify)
    const federation = await this.loadFederation(flags.federation)
    const verification = await runVerification(federation, this.ports, {
      ...flags,
      fedctlVersion: this.config.version,
      loadSecrets: () => this.loadSecrets(federation),
    })
    process.exitCode = verifyExitCode(verification, flags['fail-on'])
    const json = verifyJson(verification)
    if (flags.output === 'junit') this.log(await verifyJunit(json, flags['fail-on']))
    else if (flags.output !== 'json') this.log(verifyText(verification, flags.output))
    else if (!this.jsonEnabled()) this.logJson(json)
    // The report is whole without its copy.
    if (verification.unsaved) process.exitCode = reportFailure(verification.unsaved, {debug: false, json: false})
    return json
  }
}
