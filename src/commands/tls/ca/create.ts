import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../cli/base-command.js'
import {createCaIn} from '../../../pki/create-ca-files.js'

export default class TlsCaCreate extends BaseCommand {
  static override description =
    'Takes the flags of `consul tls ca create` and writes <domain>-agent-ca.pem and <domain>-agent-ca-key.pem here.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -domain example -days 3650 -name-constraint',
  ]

  static override flags = {
    'additional-name-constraint': Flags.string({
      description: 'with -name-constraint: one more domain that the CA may issue for; may be repeated',
      helpValue: 'DOMAIN',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'cluster-id': Flags.string({description: 'add the URI spiffe://<id>.<domain>', helpValue: 'ID'}),
    'common-name': Flags.string({
      description: 'common name (default: Consul Agent CA <serial number>)',
      helpValue: 'NAME',
    }),
    days: Flags.integer({default: 1825, description: 'days for which the CA is valid'}),
    domain: Flags.string({default: 'consul', description: "Consul's DNS domain"}),
    'name-constraint': Flags.boolean({description: 'limit the CA to names below the domain and localhost'}),
  }

  static override summary = 'create a certificate authority'

  async run() {
    const {flags} = await this.parse(TlsCaCreate)
    const {certificate, key, notes} = await createCaIn(process.cwd(), {
      additionalNameConstraints: flags['additional-name-constraint'],
      clusterId: flags['cluster-id'],
      commonName: flags['common-name'],
      days: flags.days,
      domain: flags.domain,
      nameConstraint: flags['name-constraint'],
      now: this.ports.clock.now(),
    })
    for (const note of notes) this.ports.talk(note)
    this.log(`==> Saved ${certificate}`)
    this.log(`==> Saved ${key}`)
    return {certificate, key, schemaVersion: 1}
  }
}
