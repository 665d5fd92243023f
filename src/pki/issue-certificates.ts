import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {createCaFiles, readCaFiles} from './ca-files.js'
import {readPair, writePair} from './certificate-files.js'
import {issueCertificate} from './issue-certificate.js'
import type {CertificateAuthority} from './load-ca.js'
import type {CertificatePlan, PlannedCa, PlannedCertificate} from './plan-certificates.js'

/** A plan that has been carried out. */
export interface IssuedCertificates {
  readonly ca: PlannedCa & {readonly expires: Date}
  readonly items: readonly FinishedCertificate[]
}

export interface FinishedCertificate extends PlannedCertificate {
  /** Whether it ends with its CA, before the days of the federation file have passed. */
  readonly capped: boolean
  readonly expires: Date
  /** Where the files that it replaced are kept. */
  readonly replaced: readonly string[]
}

export interface IssueCertificatesOptions {
  readonly now: Date
  readonly signal?: AbortSignal
}

const concurrency = 16

/**
 * Carries out a plan of `planCertificates`: the CA first, then each certificate, key before certificate, each file whole or not at all.
 * What is replaced is kept beside it. What a run that was interrupted has issued, the next one puts in its place.
 * @throws FedctlError `pki.certificate-invalid` where a certificate would not be accepted; `pki.ca-invalid`; `file.unwritable`.
 */
export async function issueCertificates(
  federation: Federation,
  plan: CertificatePlan,
  {now, signal}: IssueCertificatesOptions,
): Promise<IssuedCertificates> {
  const ca = plan.ca.action === 'create' ? await createCaFiles(federation, now) : await presentCa(federation, now)
  const finish = async (item: PlannedCertificate): Promise<FinishedCertificate> => {
    signal?.throwIfAborted()
    if (item.action === 'keep')
      return {...item, capped: false, expires: item.expires ?? ca.facts.notAfter, replaced: []}
    return issueOne(item, ca, federation.tls.days, now)
  }
  return {ca: {...plan.ca, expires: ca.facts.notAfter}, items: await all(plan.items, finish)}
}

/** Some at a time. Ends only when none of them writes any more, since the lock of the workspace goes then. @throws What the first of them threw. */
async function all<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const {default: pMap} = await import('p-map')
  try {
    return await pMap(items, work, {concurrency, stopOnError: false})
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  }
}

async function presentCa(federation: Federation, now: Date): Promise<CertificateAuthority> {
  const ca = await readCaFiles(federation, now)
  if (ca.state === 'present') return ca.authority
  throw new FedctlError('pki.ca-invalid', `the CA at ${federation.tls.caFile} has gone since the plan was made`)
}

async function issueOne(
  item: PlannedCertificate,
  ca: CertificateAuthority,
  days: number,
  now: Date,
): Promise<FinishedCertificate> {
  const {expires, profile, unfinished} = item
  if (unfinished) {
    const {certificate = '', key = ''} = await readPair(profile)
    const replaced = await writePair(profile, {certPem: certificate, keyPem: key}, now)
    return {...item, capped: false, expires: expires ?? ca.facts.notAfter, replaced}
  }
  const {capped, certPem, keyPem, notAfter} = issueCertificate({ca, days, now, profile})
  const replaced = await writePair(profile, {certPem, keyPem}, now)
  const reason = capped ? `${item.reason}; ends with its CA` : item.reason
  return {...item, capped, expires: notAfter, reason, replaced}
}
