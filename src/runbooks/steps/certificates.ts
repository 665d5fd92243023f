import type {Datacenter, Federation} from '../../federation/model.js'
import {type CertificatePlan, planCertificates, planSummary} from '../../pki/plan-certificates.js'
import {issueCertificates} from '../../pki/issue-certificates.js'
import type {Ports} from '../../system/ports.js'
import type {FileChange, Step} from '../step.js'

/** Certificates of a datacenter's agents, and the operator's own, with the CA if there is none yet. */
export function issueCertificatesStep(datacenter: Datacenter): Step {
  return {
    async changes({federation, ports}) {
      if (!federation.tls.enabled) return []
      const plan = await planCertificates(federation, ports.clock.now(), {dc: datacenter.name})
      return fileChanges(federation, plan, ports)
    },
    done: [{check: 'tls.server-name', datacenters: [datacenter.name], observes: ['certificates-on-disk']}],
    id: 'issue-certificates',
    title: `Issue the certificates of ${datacenter.name}`,
    why: 'a gateway finds a server by the name in its certificate, so each server needs one with its own node name',
    withinMs: 30_000,
  }
}

function fileChanges(
  federation: Federation,
  plan: CertificatePlan,
  {clock, signal}: Pick<Ports, 'clock' | 'signal'>,
): FileChange[] {
  const due = plan.items.filter(({action}) => action === 'issue')
  const summary = planSummary(plan)
  if (summary === undefined) return []
  return [
    {
      count: due.length,
      kind: 'write-certificates',
      summary,
      async write() {
        await issueCertificates(federation, plan, {now: clock.now(), signal})
      },
    },
  ]
}
