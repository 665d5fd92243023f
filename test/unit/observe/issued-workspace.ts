import type {Federation} from '../../../src/federation/model.js'
import {createCa} from '../../../src/pki/create-ca.js'
import {issueCertificate} from '../../../src/pki/issue-certificate.js'
import {type CertificateAuthority, loadCa} from '../../../src/pki/load-ca.js'
import {certificateProfiles} from '../../../src/pki/profiles.js'
import {writeWhole} from '../../../src/system/files.js'

export interface Issued {
  readonly ca: CertificateAuthority
  /** By agent id, and `cli`. PEM. */
  readonly pairs: Readonly<Record<string, {readonly certPem: string; readonly keyPem: string}>>
}

/** Gives a workspace a CA and every certificate of its federation. */
export async function issueWorkspace(federation: Federation): Promise<Issued> {
  const now = new Date()
  const authority = createCa({days: 30, domain: federation.domain, now})
  const ca = loadCa(authority, now)
  await writeWhole(federation.tls.caFile, authority.certPem)
  const pairs: Record<string, {certPem: string; keyPem: string}> = {}
  for (const profile of certificateProfiles(federation)) {
    const pair = issueCertificate({ca, days: 20, now, profile})
    pairs[profile.id] = pair
    await writeWhole(profile.certificateFile, pair.certPem)
    await writeWhole(profile.keyFile, pair.keyPem)
  }
  return {ca, pairs}
}
