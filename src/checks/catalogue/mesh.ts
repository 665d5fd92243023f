import type {Datacenter} from '../../federation/model.js'
import {primaryOf} from '../../federation/selectors.js'
import {given} from '../answers.js'
import {aboutDatacenters, type Seen} from '../define-check.js'
import {broken, holds, type Verdict} from '../verdict.js'
import {configEntriesOf} from './entries.js'

export const meshChecks = [
  aboutDatacenters({
    applies: ({meshGatewayMode}) =>
      meshGatewayMode !== undefined || 'mesh_gateway_mode is not set in the federation file',
    id: 'mesh.mode',
    observes: ['agent', 'config-entries', 'token'],
    severity: 'warning',
    subjects: (model) => [primaryOf(model)],
    title: 'proxy-defaults set the mesh-gateway mode that the file names',
    judge: modeVerdict,
  }),
]

/** A server creates the entry of its configuration only where there is none (Consul agent/consul/leader.go, bootstrapConfigEntries, 1.8–1.21). */
function modeVerdict(primary: Datacenter, {model, snapshot}: Seen): Verdict {
  const wanted = model.meshGatewayMode ?? 'none'
  return given(configEntriesOf(model, snapshot, primary), ({meshGatewayMode: mode}) => {
    if ((mode || 'none') === wanted && mode !== undefined) return holds(wanted)
    const expected = `MeshGateway.Mode "${wanted}" in proxy-defaults global, as mesh_gateway_mode in ${model.file}`
    if (mode === undefined) {
      return broken({
        expected,
        fix: [
          `on a server of ${primary.name}: echo '{"Kind":"proxy-defaults","Name":"global","MeshGateway":{"Mode":"${wanted}"}}' | consul config write -`,
        ],
        found: 'there is no proxy-defaults entry',
      })
    }
    return broken({
      expected,
      fix: [
        `on a server of ${primary.name}: consul config read -kind proxy-defaults -name global > proxy-defaults.json`,
        `set MeshGateway.Mode to "${wanted}" in that file, then: consul config write proxy-defaults.json`,
        `or set mesh_gateway_mode to what Consul has in ${model.file}`,
      ],
      found: mode === '' ? 'proxy-defaults name no mode' : `the mode is "${mode}"`,
    })
  })
}
