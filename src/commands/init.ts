import {Flags} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {fromFlags} from '../cli/from-flags.js'
import {terminalAsker} from '../cli/prompts/asker.js'
import type {AdoptionJson} from '../cli/reporters/adoption-report.js'

export default class Init extends BaseCommand {
  static override description =
    'With --from, reads a federation that runs from one of its agents, and writes the file that describes it. Otherwise:\n' +
    'Asks on a terminal for what the flags leave open. Everything else gets its default, and stands in the file with a comment.\n' +
    'A client agent is added beside each gateway, unless a server has the address of the gateway.\n' +
    'Also writes a .gitignore for keys and tokens, or adds to the one that is there.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --consul 1.17.3 --server dc1=10.0.0.1,10.0.0.2,10.0.0.3 --gateway dc1=10.0.0.9,gw1.example.com:8443 --server dc2=10.1.0.1 --gateway dc2=10.1.0.9',
    '<%= config.bin %> <%= command.id %> --from https://10.0.0.1:8501 --ca-file consul-agent-ca.pem --token-file verifier.token',
  ]

  static override flags = {
    ...fromFlags,
    acl: Flags.boolean({allowNo: true, description: 'whether ACLs are on'}),
    'api-scheme': Flags.option({
      description: 'how the HTTP API of the agents is asked',
      options: ['http', 'https'] as const,
    })(),
    consul: Flags.string({description: 'version of the Consul agents', helpValue: 'VERSION'}),
    datacenters: Flags.string({description: 'names of the datacenters, the primary first', helpValue: 'dc1,dc2'}),
    'default-policy': Flags.option({
      description: 'what ACLs do where no rule says otherwise',
      options: ['deny', 'allow'] as const,
    })(),
    domain: Flags.string({description: "Consul's DNS domain", helpValue: 'DOMAIN'}),
    federation: Flags.file({
      default: 'federation.yaml',
      description: 'file to write',
      env: 'FEDCTL_FEDERATION',
      helpValue: 'FILE',
    }),
    gateway: Flags.string({
      description: 'mesh gateway: DC[/NAME]=ADDRESS[:PORT][,HOST:PORT], as its own datacenter and as others reach it',
      helpValue: 'DC=ADDRESS',
      multiple: true,
      multipleNonGreedy: true,
    }),
    host: Flags.option({description: 'how changes reach nodes', options: ['manual', 'local'] as const})(),
    'mesh-gateway-mode': Flags.option({
      description: 'how services reach other datacenters',
      options: ['local', 'remote', 'none'] as const,
    })(),
    primary: Flags.string({description: 'name of the primary (default: the first datacenter)', helpValue: 'NAME'}),
    server: Flags.string({
      description: 'servers of a datacenter: DC=ADDRESS[,ADDRESS...], or one by name: DC/NAME=ADDRESS',
      helpValue: 'DC=ADDRESS',
      multiple: true,
      multipleNonGreedy: true,
    }),
    via: Flags.option({
      description: 'how datacenters reach each other',
      options: ['mesh-gateways', 'wan-gossip'] as const,
    })(),
  }

  static override summary = 'write a commented federation file'

  async run(): Promise<AdoptionJson | {files: readonly string[]; schemaVersion: 1}> {
    const {flags} = await this.parse(Init)
    const asker = terminalAsker({input: process.stdin, output: process.stderr}, this.ports.signal)
    const {federation: path, from} = flags
    if (from !== undefined) {
      const {adoptFederation} = await import('../cli/prompts/init-from.js')
      return this.whileNew(path, () =>
        adoptFederation({
          asker: flags.yes ? undefined : asker,
          flags: {...flags, from},
          path,
          ports: this.ports,
          show: (text) => this.log(text),
        }),
      )
    }
    const {initFederation} = await import('../cli/prompts/init.js')
    const {written} = await this.whileNew(path, () =>
      initFederation({
        asker,
        flags: {...flags, defaultPolicy: flags['default-policy']},
        path,
        settings: {
          api: {scheme: flags['api-scheme']},
          domain: flags.domain,
          host: flags.host,
          mesh_gateway_mode: flags['mesh-gateway-mode'],
        },
      }),
    )
    for (const file of written) this.ports.talk(`wrote ${file}`)
    this.ports.talk('read the file through; a comment tells what each setting is for')
    return {files: written, schemaVersion: 1}
  }

  /** While no other run writes into the folder of a federation file that is not there yet. */
  private async whileNew<T>(path: string, work: () => Promise<T>): Promise<T> {
    const {folderOf, removeEmptyState} = await import('../federation/new-workspace.js')
    const folder = folderOf(path)
    return this.whileLocked(folder, false, work).finally(() => removeEmptyState(folder))
  }
}
