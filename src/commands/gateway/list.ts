import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, federationFlag} from '../../cli/flags.js'
import {gatewayTable} from '../../cli/reporters/gateway-table.js'
import {type GatewayList as GatewayListReport, listGateways} from '../../gateway/list-gateways.js'
import {selectGateways} from '../../gateway/select-gateways.js'

export default class GatewayList extends BaseCommand {
  static override description =
    'Shows every gateway of the federation file: whether the agent beside it has it registered, what its check says, and which datacenters know it\n' +
    'from their federation states. The token needs service:read, node:read and operator:read.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --dc dc2 --json',
  ]

  static override flags = {dc: datacenterFlag, federation: federationFlag}

  static override summary = 'gateways and what Consul knows of them'

  async run(): Promise<GatewayListReport> {
    const {flags} = await this.parse(GatewayList)
    const federation = await this.loadFederation(flags.federation)
    const secrets = await this.loadSecrets(federation)
    const {env, signal} = this.ports
    const list = await listGateways(federation, selectGateways(federation, flags), {env, secrets, signal})
    this.log(gatewayTable(list))
    return list
  }
}
