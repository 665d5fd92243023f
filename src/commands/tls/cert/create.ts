import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../cli/base-command.js'
import {createCertificateIn} from '../../../pki/create-certificate-files.js'

export default class TlsCertCreate extends BaseCommand {
  static override description =
    'Takes the flags of `consul tls cert create` and writes <dc>-<kind>-<domain>-<n>.pem and its key here.\n' +
    'The CA may be one of Consul or any other with an EC or RSA key.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %> -server -dc dc2 -node dc2-s1',
    '<%= config.bin %> <%= command.id %> -client -ca ca.pem -key ca-key.pem',
  ]

  static override flags = {
    'additional-dnsname': Flags.string({
      description: 'one more DNS name; may be repeated',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'additional-ipaddress': Flags.string({
      description: 'one more IP address; may be repeated',
      helpValue: 'ADDRESS',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ca: Flags.string({description: 'CA certificate (default: <domain>-agent-ca.pem)', helpValue: 'FILE'}),
    cli: Flags.boolean({description: 'for the command line'}),
    client: Flags.boolean({description: 'for a client agent'}),
    days: Flags.integer({default: 365, description: 'days for which the certificate is valid'}),
    dc: Flags.string({default: 'dc1', description: 'datacenter'}),
    domain: Flags.string({default: 'consul', description: "Consul's DNS domain"}),
    key: Flags.string({description: 'CA key (default: <domain>-agent-ca-key.pem)', helpValue: 'FILE'}),
    node: Flags.string({description: 'with -server: add <node>.server.<dc>.<domain>, which federation needs'}),
    server: Flags.boolean({description: 'for a server'}),
  }

  static override summary = 'create a certificate'

  async run() {
    const {flags} = await this.parse(TlsCertCreate)
    const request = {
      ...flags,
      additionalDnsNames: flags['additional-dnsname'],
      additionalIpAddresses: flags['additional-ipaddress'],
      datacenter: flags.dc,
    }
    const {ca, certificate, key, notes} = await createCertificateIn(process.cwd(), request, this.ports.clock.now())
    for (const note of notes) this.ports.talk(note)
    this.log(`==> Using ${ca.certificate} and ${ca.key}`)
    this.log(`==> Saved ${certificate}`)
    this.log(`==> Saved ${key}`)
    return {certificate, key, schemaVersion: 1}
  }
}
