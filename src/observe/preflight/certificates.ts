import pMap from 'p-map'

import type {Federation} from '../../federation/model.js'
import {readPair} from '../../pki/certificate-files.js'
import {checkParsedCertificate, keyProblems, unreadable} from '../../pki/check-certificate.js'
import {certificateProfiles, type CertificateProfile} from '../../pki/profiles.js'
import {parseIfReadable} from '../../pki/read-certificate.js'
import type {TrustAnchor} from '../../pki/trust-anchor.js'
import type {CertificateState} from '../preflight-facts.js'

const atOnce = 16

/** By agent id: whether each agent has a certificate in the workspace that goes with its key, and a client one that is good for its calls. */
export async function observeCertificates(
  federation: Federation,
  anchors: readonly TrustAnchor[],
  now: Date,
): Promise<Record<string, CertificateState>> {
  if (!federation.tls.enabled) return {}
  const profiles = certificateProfiles(federation).filter(({node}) => node !== undefined)
  const states = await pMap(
    profiles,
    async (profile): Promise<[string, CertificateState]> => [profile.id, await stateOf(profile, anchors, now)],
    {concurrency: atOnce},
  )
  return Object.fromEntries(states)
}

async function stateOf(
  profile: CertificateProfile,
  anchors: readonly TrustAnchor[],
  now: Date,
): Promise<CertificateState> {
  const {certificate, key} = await readPair(profile)
  if (certificate === undefined || key === undefined) {
    const missing = [
      ...(certificate === undefined ? [profile.certificateFile] : []),
      ...(key === undefined ? [profile.keyFile] : []),
    ]
    return {missing, problems: []}
  }
  const parsed = parseIfReadable(certificate)
  if (!parsed) return {missing: [], problems: [unreadable]}
  if (profile.kind === 'server') return {missing: [], problems: keyProblems(parsed, key)}
  const [first, ...others] = anchors.map((anchor) => checkParsedCertificate(parsed, key, anchor, profile, now))
  const fewest = others.reduce((least, problems) => (problems.length < least.length ? problems : least), first ?? [])
  return {missing: [], problems: anchors.length > 0 ? fewest : keyProblems(parsed, key)}
}
