import {nodeLayout} from '../../config/node-layout.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Federation} from '../../federation/model.js'
import {readCaFiles} from '../../pki/ca-files.js'
import {type CertificatePair, createCa} from '../../pki/create-ca.js'
import {issueCertificate} from '../../pki/issue-certificate.js'
import {type CertificateAuthority, loadCa} from '../../pki/load-ca.js'
import {type CertificateNames, namesOf} from '../../pki/names.js'
import {type CertificateProfile, certificateProfiles} from '../../pki/profiles.js'
import {writeWhole} from '../../system/files.js'
import type {Fault, LabToBreak} from './fault.js'
import {brokenServer, restart} from './nodes.js'

const dayMs = 86_400_000
const publicMode = 0o644

/** What a server is given instead of its certificate. */
interface Wrong {
  /** Default: that of the workspace. */
  readonly ca?: (federation: Federation, now: Date) => CertificateAuthority
  /** Days from now on which it is issued. */
  readonly issuedInDays?: number
  readonly names?: (profile: CertificateProfile, federation: Federation) => CertificateNames
}

export const certificateFaults: readonly Fault[] = [
  certificateFault({
    cause: 'tls.server-name',
    checks: ['tls.server-name', 'gateway.path'],
    id: 'node-name-missing',
    title: 'the certificate of a server lacks <node>.server.<datacenter>.<domain>',
    wrong: {
      names: (profile) => ({
        ...profile,
        dnsNames: profile.dnsNames.filter((name) => !name.startsWith(`${profile.node}.`)),
      }),
    },
  }),
  certificateFault({
    cause: 'tls.server-name',
    checks: ['tls.server-name', 'gateway.path'],
    id: 'certificate-of-another-datacenter',
    title: 'a server has a certificate that was issued for a server of the primary',
    wrong: {
      names: ({node}, {domain, primary}) => namesOf({datacenter: primary, domain, kind: 'server', node}),
    },
  }),
  certificateFault({
    cause: 'tls.expired',
    checks: ['tls.expiry', 'gateway.path'],
    id: 'certificate-expired',
    title: 'the certificate of a server has expired',
    wrong: {issuedInDays: -400},
  }),
  certificateFault({
    cause: 'tls.expired',
    checks: ['tls.expiry', 'gateway.path'],
    id: 'certificate-from-the-future',
    title: 'the certificate of a server is not valid yet: the clock of the machine that issued it was ahead',
    wrong: {issuedInDays: 30},
  }),
  certificateFault({
    cause: 'tls.foreign-ca',
    checks: ['tls.ca-shared', 'gateway.path'],
    id: 'foreign-ca',
    title: 'the certificate of a server comes from another CA',
    wrong: {
      ca: ({domain}, now) => loadCa(createCa({commonName: 'Another CA', days: 365, domain, now}), now),
    },
  }),
  certificateFault({
    cause: 'tls.usage',
    checks: ['tls.usage'],
    id: 'client-auth-missing',
    title: 'the certificate of a server is for serving only, without clientAuth',
    wrong: {names: (profile) => ({...profile, usages: ['serverAuth']})},
  }),
]

function certificateFault({wrong, ...about}: Omit<Fault, 'break'> & {readonly wrong: Wrong}): Fault {
  return {...about, break: (lab) => replaceCertificate(lab, wrong)}
}

/** In `pki/` and on the node, as when somebody issued it so. */
async function replaceCertificate(lab: LabToBreak, wrong: Wrong): Promise<void> {
  const {federation, ports} = lab.context
  const server = brokenServer(federation)
  const profile = certificateProfiles(federation).find(({id}) => id === server.id)
  if (!profile) throw new FedctlError('bug', `no certificate for ${server.id}`)
  const {certFile, keyFile} = nodeLayout(federation, server)
  const pair = await issueWrong(federation, profile, wrong, ports.clock.now())
  const files = [
    {content: pair.keyPem, mode: 0o600, paths: [keyFile, profile.keyFile]},
    {content: pair.certPem, mode: publicMode, paths: [certFile, profile.certificateFile]},
  ]
  for (const path of files.flatMap(({paths}) => paths)) await lab.keep(path)
  for (const {content, mode, paths} of files) for (const path of paths) await writeWhole(path, content, {mode})
  await restart(lab.context, server)
}

async function issueWrong(
  federation: Federation,
  profile: CertificateProfile,
  {ca, issuedInDays = 0, names}: Wrong,
  now: Date,
): Promise<CertificatePair> {
  return issueCertificate({
    ca: ca?.(federation, now) ?? (await ownCa(federation, now)),
    days: federation.tls.days,
    now: new Date(now.getTime() + issuedInDays * dayMs),
    profile: names?.(profile, federation) ?? profile,
  })
}

/** The CA of the workspace with its key. @throws FedctlError `pki.ca-invalid` where there is none. */
export async function ownCa(federation: Federation, now: Date): Promise<CertificateAuthority> {
  const own = await readCaFiles(federation, now)
  if (own.state === 'present') return own.authority
  throw new FedctlError('pki.ca-invalid', `there is no CA at ${federation.tls.caFile}`)
}
