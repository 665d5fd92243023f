import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, dryRunFlag, federationFlag} from '../../cli/flags.js'
import {gatewayFlag} from '../../cli/gateway-flags.js'
import {registerGateways} from '../../gateway/register-gateways.js'
import {selectGateways} from '../../gateway/select-gateways.js'

export default class GatewayRegister extends BaseCommand {
  static override description =
    'Registers gateways with the agents beside them, as mesh gateways that expose servers. Needs a token with service:write on their name.\n' +
    'What is registered as the federation file has it is left alone; a critical listening check that asks another address is replaced. Other checks stay, and so does maintenance. Envoy registers itself: see `gateway render`.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --gateway dc2/dc2-gw1',
  ]

  static override flags = {
    dc: datacenterFlag,
    'dry-run': dryRunFlag,
    federation: federationFlag,
    gateway: gatewayFlag,
  }

  static override summary = 'register gateways in Consul'

  async run() {
    const {flags} = await this.parse(GatewayRegister)
    const federation = await this.loadFederation(flags.federation)
    const secrets = await this.loadSecrets(federation)
    const {env, signal} = this.ports
    const dryRun = flags['dry-run']
    const gateways = await registerGateways(federation, selectGateways(federation, flags), {
      dryRun,
      env,
      secrets,
      signal,
    })
    for (const {summary} of gateways) this.log(summary)
    return {dryRun, gateways, schemaVersion: 1}
  }
}
