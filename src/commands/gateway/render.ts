import {Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {datacenterFlag, federationFlag} from '../../cli/flags.js'
import {gatewayFlag} from '../../cli/gateway-flags.js'
import {renderHaproxyGateways} from '../../gateway/haproxy.js'
import {renderGateways} from '../../gateway/render-gateways.js'
import {selectGateways} from '../../gateway/select-gateways.js'

export default class GatewayRender extends BaseCommand {
  static override description =
    'Prints the command that registers a gateway and runs Envoy, with the flags of the Consul version of its datacenter, or a systemd unit for it.\n' +
    'The gateway token is read from a file on that host: .fedctl/tokens/gateway of the workspace, copied there.\n' +
    'With --haproxy: the configuration of an HAProxy in the place of Envoy, for federation only; then register the gateway.'

  static override enableJsonFlag = true

  static override examples = [
    '<%= config.bin %> <%= command.id %> --gateway dc1/dc1-gw1',
    '<%= config.bin %> <%= command.id %> --gateway dc1/dc1-gw1 --systemd > consul-mesh-gateway.service',
    '<%= config.bin %> <%= command.id %> --gateway dc1/dc1-gw1 --haproxy | ssh root@10.0.0.11 "cat >> /etc/haproxy/haproxy.cfg"',
  ]

  static override flags = {
    'ca-file': Flags.string({
      description: 'where the CA lies on that host, if not with the files of the agent beside the gateway',
      helpValue: 'PATH',
    }),
    dc: datacenterFlag,
    federation: federationFlag,
    gateway: gatewayFlag,
    haproxy: Flags.boolean({
      description: 'configuration of HAProxy instead of the command',
      exclusive: ['ca-file', 'systemd', 'token-file'],
    }),
    systemd: Flags.boolean({description: 'a systemd unit instead of the command'}),
    'token-file': Flags.string({
      description: 'where the gateway token lies on that host, if not in tokens/gateway beside those files',
      helpValue: 'PATH',
    }),
  }

  static override summary = 'what runs Envoy, or HAProxy, as a gateway'

  async run() {
    const {flags} = await this.parse(GatewayRender)
    const federation = await this.loadFederation(flags.federation)
    const chosen = selectGateways(federation, flags)
    if (flags.haproxy) {
      const gateways = await renderHaproxyGateways(federation, chosen)
      for (const {configuration} of gateways) this.log(configuration)
      return {gateways, schemaVersion: 1}
    }
    const gateways = await renderGateways(federation, chosen, {
      caFile: flags['ca-file'],
      tokenFile: flags['token-file'],
    })
    for (const {command, gateway, unit} of gateways) this.log(flags.systemd ? unit : `# ${gateway}\n${command}\n`)
    return {gateways, schemaVersion: 1}
  }
}
