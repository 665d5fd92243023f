import {FedctlError} from '../errors/fedctl-error.js'
import type {Agent, Federation} from '../federation/model.js'
import {agentsOf} from '../federation/selectors.js'
import {workspacePaths} from '../federation/workspace.js'
import {canonicalAddress, type CertificateKind, type CertificateNames, namesOf} from './names.js'

/** A certificate that the federation needs: whose it is, what it is issued for, and where it lies in the workspace. */
export interface CertificateProfile extends CertificateNames {
  readonly certificateFile: string
  readonly datacenter: string
  /** `<datacenter>/<node>`, or `cli` for the operator's own. */
  readonly id: string
  readonly keyFile: string
  readonly kind: CertificateKind
  /** Undefined for the operator's own. */
  readonly node?: string
}

/**
 * The certificates of a federation: one for each server and client agent, and one of the kind `cli` with which the operator probes
 * gateways without leaving errors in the logs of servers. Agents also get their LAN address, so that HTTPS by address verifies.
 * @throws FedctlError `federation.invalid` where two certificates would lie in one file.
 */
export function certificateProfiles(federation: Federation): CertificateProfile[] {
  const agents = federation.datacenters.flatMap((datacenter) => agentsOf(datacenter))
  const profiles = [...agents.map((agent) => agentProfile(federation, agent)), cliProfile(federation)]
  refuseSharedFiles(federation, profiles)
  return profiles
}

/** The names that others ask for: without mesh gateways nobody asks for the node. */
function agentProfile({domain, via, workspace}: Federation, agent: Agent): CertificateProfile {
  const {datacenter, id, kind, name} = agent
  const paths = workspacePaths(workspace)
  const address = canonicalAddress(agent.address)
  const names = namesOf({
    additionalIpAddresses: address === '127.0.0.1' ? [] : [address],
    datacenter,
    domain,
    kind,
    node: via === 'mesh-gateways' ? name : undefined,
  })
  return {
    ...names,
    certificateFile: paths.certificate(datacenter, name),
    datacenter,
    id,
    keyFile: paths.certificateKey(datacenter, name),
    kind,
    node: name,
  }
}

function cliProfile({domain, primary, workspace}: Federation): CertificateProfile {
  const paths = workspacePaths(workspace)
  return {
    ...namesOf({datacenter: primary, domain, kind: 'cli'}),
    certificateFile: paths.cliCertificate,
    datacenter: primary,
    id: 'cli',
    keyFile: paths.cliCertificateKey,
    kind: 'cli',
  }
}

/** The key of a node `a` and the certificate of a node `a-key` would be one file, and a CA could be named where a certificate lies. */
function refuseSharedFiles({file, tls}: Federation, profiles: readonly CertificateProfile[]): void {
  const owners = new Map([
    [tls.caFile, 'the CA'],
    [tls.caKeyFile, 'the key of the CA'],
  ])
  for (const {certificateFile, id, keyFile} of profiles) {
    for (const path of [certificateFile, keyFile]) {
      const owner = owners.get(path)
      if (owner !== undefined) {
        throw new FedctlError('federation.invalid', `${path} would belong to ${owner} and to ${id}`, {
          suggestions: [`give one of them another name in ${file}`],
        })
      }
      owners.set(path, id)
    }
  }
}
