import type {Federation} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import {supports} from '../versions/features.js'
import type {Runbook} from './step.js'
import {startServersStep} from './steps/agents.js'
import {applyAclStep, bootstrapAclStep} from './steps/acl.js'
import {issueCertificatesStep} from './steps/certificates.js'
import {forgetInitialManagementStep, renderStep} from './steps/configuration.js'
import {startGatewaysStep} from './steps/gateways.js'
import {unlessTraditional} from './steps/traditional-joins.js'

/** From configuration on disk to a primary datacenter whose gateways other datacenters can use. */
export function primaryRunbook(federation: Federation): Runbook {
  const primary = primaryOf(federation)
  const here = [primary.name]
  const withAcl = federation.acl.enabled
  return {
    id: 'bootstrap primary',
    steps: [
      unlessTraditional(issueCertificatesStep(primary)),
      renderStep(primary, {firstStart: true}),
      startServersStep(
        primary,
        [
          {check: 'access.api', datacenters: here},
          {check: 'raft.leader', datacenters: here},
          {check: 'tls.server-name', datacenters: here},
        ],
        'the primary owns ACLs, the Connect root and config entries, so it comes first',
      ),
      ...(withAcl ? [bootstrapAclStep(primary)] : []),
      ...(withAcl && !supports(primary.consul, 'bootstrap-secret') ? [forgetInitialManagementStep(primary)] : []),
      ...(withAcl ? [applyAclStep(primary)] : []),
      startGatewaysStep(
        primary,
        [
          {check: 'access.token', datacenters: here},
          {check: 'agent.federation-on', datacenters: here},
          {check: 'gateway.registered', datacenters: here},
          {check: 'gateway.healthy', datacenters: here, strict: true},
          {check: 'state.published', datacenters: here},
          {check: 'gateway.path', datacenters: here},
        ],
        federation.via,
      ),
    ],
    title: `Bootstrap the primary datacenter ${primary.name}`,
  }
}
