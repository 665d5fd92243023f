import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {datacenterOf} from '../federation/selectors.js'
import {readCaFiles} from './ca-files.js'
import {type PairOnDisk, readPair} from './certificate-files.js'
import {checkParsedCertificate, unreadable} from './check-certificate.js'
import type {CertificateAuthority} from './load-ca.js'
import {certificateProfiles, type CertificateProfile} from './profiles.js'
import {parseIfReadable} from './read-certificate.js'
import {nameOfCa} from './trust-anchor.js'
import {dayOf, daysAfter, daysUntil, timeLeft} from './validity.js'

/** What is to be done about the CA and each certificate, and why. Plain data without secrets. */
export interface CertificatePlan {
  readonly ca: PlannedCa
  readonly items: readonly PlannedCertificate[]
}

export interface PlannedCa {
  readonly action: 'create' | 'keep'
  readonly certificateFile: string
  /** Undefined for a CA that is to be created. */
  readonly expires?: Date
  readonly keyFile: string
  readonly reason: string
}

export interface PlannedCertificate {
  readonly action: 'issue' | 'keep'
  /** When the certificate that is there expires. */
  readonly expires?: Date
  readonly profile: CertificateProfile
  readonly reason: string
  /** Whether an interrupted run has issued it already, and it only has to be put in its place. */
  readonly unfinished?: true
}

export interface PlanScope {
  readonly dc?: string | undefined
  /** Name of an agent, or `<datacenter>/<name>`. Leaves out the operator's own certificate. */
  readonly node?: string | undefined
}

const concurrency = 16
const renewalDays = 30

/**
 * Compares the workspace's certificates with what the federation file asks for. Writes nothing.
 * @throws FedctlError `usage` for an unknown datacenter or node or a federation without TLS, `pki.ca-invalid`, `file.unreadable`.
 */
export async function planCertificates(
  federation: Federation,
  now: Date,
  scope: PlanScope = {},
): Promise<CertificatePlan> {
  refuseWithoutTls(federation)
  const profiles = profilesIn(federation, scope)
  const ca = await readCaFiles(federation, now)
  const {default: pMap} = await import('p-map')
  const pairs = await pMap(profiles, async (profile) => ({pair: await readPair(profile), profile}), {concurrency})
  if (ca.state === 'present') {
    const {authority} = ca
    const until = renewalDeadline(federation.tls.days, authority, now)
    return {
      ca: keptCa(federation, authority, now),
      items: pairs.map(({pair, profile}) => ({profile, ...judgePair(profile, pair, authority, until, now)})),
    }
  }
  if (ca.state === 'absent') refuseOrphans(federation, pairs)
  return {
    ca: {
      action: 'create',
      certificateFile: federation.tls.caFile,
      keyFile: federation.tls.caKeyFile,
      reason: ca.state === 'absent' ? 'missing' : 'an earlier run was interrupted',
    },
    items: profiles.map((profile) => ({action: 'issue', profile, reason: 'the CA is new'})),
  }
}

/** What a plan changes, in a line; undefined where it changes nothing. */
export function planSummary({ca, items}: CertificatePlan): string | undefined {
  const due = items.filter(({action}) => action === 'issue')
  const authority = ca.action === 'create' ? [`create the CA ${ca.certificateFile}`] : []
  const certificates = due.map(({profile, reason}) => `issue the certificate of ${profile.id} (${reason})`)
  return [...authority, ...certificates].join(', ') || undefined
}

/** Whether a pair complies, and if not, why it is issued anew. */
function judgePair(
  profile: CertificateProfile,
  {certificate, key, unfinished}: PairOnDisk,
  ca: CertificateAuthority,
  validUntil: Date,
  now: Date,
): Omit<PlannedCertificate, 'profile'> {
  if (certificate === undefined || key === undefined) {
    const what =
      certificate !== undefined ? 'its key is missing' : key === undefined ? 'missing' : 'only its key is there'
    return {action: 'issue', reason: what}
  }
  const parsed = parseIfReadable(certificate)
  if (!parsed) return {action: 'issue', reason: unreadable}
  const problems = checkParsedCertificate(parsed, key, ca, {...profile, validUntil}, now)
  if (problems.length > 0) return {action: 'issue', reason: problems.join('; ')}
  const expires = parsed.facts.notAfter
  if (unfinished) return {action: 'issue', expires, reason: 'an earlier run was interrupted', unfinished}
  return {action: 'keep', expires, reason: 'complies'}
}

/**
 * Until when a certificate has to be valid to be kept: 30 days from now, or a third of its life where it is short.
 * The end of the CA is enough, since a new certificate would not reach further.
 */
export function renewalDeadline(days: number, ca: CertificateAuthority, now: Date): Date {
  const wanted = daysAfter(now, Math.min(renewalDays, days / 3))
  return new Date(Math.min(wanted.getTime(), ca.facts.notAfter.getTime()))
}

function keptCa({tls}: Federation, {facts}: CertificateAuthority, now: Date): PlannedCa {
  const soon = daysUntil(facts.notAfter, now) < renewalDays
  const ends = soon ? `, but expires on ${dayOf(facts.notAfter)}, in ${timeLeft(facts.notAfter, now)}` : ''
  return {
    action: 'keep',
    certificateFile: tls.caFile,
    expires: facts.notAfter,
    keyFile: tls.caKeyFile,
    reason: `${nameOfCa(facts)} can issue${ends}`,
  }
}

function profilesIn(federation: Federation, {dc, node}: PlanScope): CertificateProfile[] {
  if (dc !== undefined) datacenterOf(federation, dc)
  const chosen = certificateProfiles(federation).filter((profile) => {
    if (profile.node === undefined) return node === undefined
    return (
      (dc === undefined || profile.datacenter === dc) &&
      (node === undefined || [profile.id, profile.node].includes(node))
    )
  })
  if (chosen.length > 0) return chosen
  const place = dc === undefined ? federation.file : `${dc} of ${federation.file}`
  const names = certificateProfiles(federation).flatMap(({id, node: name}) => (name === undefined ? [] : [id]))
  throw new FedctlError('usage', `no agent is named ${JSON.stringify(node)} in ${place}`, {
    suggestions: [`use one of: ${names.join(', ')}`],
  })
}

function refuseWithoutTls({file, tls}: Federation): void {
  if (tls.enabled) return
  throw new FedctlError('usage', `TLS is off in ${file}, so there is nothing to issue`)
}

/** Certificates without the CA that issued them: a new CA beside a running federation would cut its servers off one by one. */
function refuseOrphans({tls}: Federation, pairs: readonly {pair: PairOnDisk; profile: CertificateProfile}[]): void {
  const found = pairs.find(({pair}) => pair.certificate !== undefined)
  if (!found) return
  const message = `there is no CA at ${tls.caFile}, but a certificate at ${found.profile.certificateFile}`
  throw new FedctlError('pki.ca-invalid', message, {
    suggestions: ['restore the CA and its key', 'or move the folder pki/ away to begin with a new CA'],
  })
}
