import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, federationFlag} from '../../cli/flags.js'
import {gatewayFlag} from '../../cli/gateway-flags.js'
import {selectGateway} from '../../gateway/select-gateways.js'
import {runFromFederation} from '../../sni-gateway/run-from-federation.js'

export default class GatewayRun extends BaseCommand {
  static override description =
    'Runs in the foreground, listens on the LAN address of the gateway, and passes TLS connections on by their server name, unopened:\n' +
    'to the servers of its datacenter, and to the gateways of the others. It learns both from the agent beside it.\n' +
    'SIGTERM and Ctrl-C stop it in order. For labs and tests: in production, run Envoy as `gateway render` shows it.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --gateway dc1/dc1-gw1',
    '<%= config.bin %> <%= command.id %> --dc dc1 --status 127.0.0.1:19000',
  ]

  static override flags = {
    bind: Flags.string({
      description: 'listen on this address of the machine, such as 0.0.0.0; default: the LAN address of the gateway',
      helpValue: 'ADDRESS',
    }),
    dc: datacenterFlag,
    'drain-seconds': Flags.integer({
      default: 2,
      description: 'time for open connections to end when it is stopped',
      helpValue: 'N',
      max: 3600,
      min: 0,
    }),
    federation: federationFlag,
    gateway: gatewayFlag,
    status: Flags.string({
      description: 'answer HTTP there with counters and routes as JSON; loopback only',
      helpValue: 'HOST:PORT',
    }),
  }

  static override summary = 'run a small mesh gateway for a lab'

  async run(): Promise<void> {
    const {flags} = await this.parse(GatewayRun)
    const federation = await this.loadFederation(flags.federation)
    const secrets = await this.loadSecrets(federation)
    const options = {bind: flags.bind, drainSeconds: flags['drain-seconds'], secrets, status: flags.status}
    await runFromFederation(federation, selectGateway(federation, flags), this.ports, options)
  }
}
