import {Args} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import type {Explained} from '../explain/answer.js'

export default class Explain extends BaseCommand {
  static override args = {
    what: Args.string({
      // oclif would read all of it into one argument.
      ignoreStdin: true,
      description:
        'id of a check or cause, a category, code of an error, a text in quotes, or files of logs; without it stdin is read',
    }),
  }

  static override description =
    'What a check, a cause, an error code, or a line that Consul, Envoy or a TLS library wrote means: likely causes in order, what to look\n' +
    'at, and the fix. Asks nobody. A whole log can be piped in or named: what it says is then told once each, causes before what follows from them,\n' +
    'with the number of lines and the first and last time, and the warnings and errors that are not known are counted.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %> wan.rpc',
    '<%= config.bin %> <%= command.id %> gateway',
    '<%= config.bin %> <%= command.id %> "x509: certificate is valid for server.dc2.consul, localhost, not s2.server.dc2.consul"',
    'journalctl -u consul | <%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> /var/log/consul/consul.log',
  ]

  static override strict = false
  static override summary = 'say what a check, an error or a line of a log means, and what to do'

  async run(): Promise<Explained & {schemaVersion: 1}> {
    const {argv} = await this.parse(Explain)
    const {explained} = await import('../cli/explained.js')
    const {explanation} = await import('../cli/reporters/explanation.js')
    const answer = await explained(argv.map(String), process.stdin)
    if (!this.jsonEnabled()) this.log(explanation(answer))
    return {...answer, schemaVersion: 1}
  }
}
