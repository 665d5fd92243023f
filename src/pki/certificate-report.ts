import {type Journal, journalledChange} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import {issueCertificates} from './issue-certificates.js'
import {
  type PlannedCa,
  type PlannedCertificate,
  planCertificates,
  type PlanScope,
  planSummary,
} from './plan-certificates.js'

/** What was, or with `dryRun` would be, done about a CA or certificate. Plain data, also for JSON. */
export interface CertificateRow {
  readonly action: 'create' | 'issue' | 'keep'
  readonly certificate: string
  /** ISO 8601; null for what a dry run did not create. */
  readonly expires: string | null
  readonly key: string
  readonly kind: 'ca' | 'cli' | 'client' | 'server'
  /** DNS names and IP addresses. */
  readonly names: readonly string[]
  /** `<datacenter>/<node>`, `cli` or `ca`. */
  readonly node: string
  readonly reason: string
  /** Where the files that it replaced are kept. */
  readonly replaced: readonly string[]
}

export interface CertificateReport {
  readonly certificates: readonly CertificateRow[]
  readonly dryRun: boolean
  readonly schemaVersion: 1
  readonly summary: {readonly issue: number; readonly keep: number}
}

export interface ReportOptions extends PlanScope {
  readonly dryRun?: boolean | undefined
  readonly journal: Journal
  readonly now: Date
  readonly signal: AbortSignal
}

/**
 * Issues what the workspace lacks, or with `dryRun` only says what would be issued.
 * @returns A row for the CA and for each certificate in scope.
 * @throws What `planCertificates` and `issueCertificates` throw.
 */
export async function reportIssuing(federation: Federation, options: ReportOptions): Promise<CertificateReport> {
  const {dryRun = false, journal, now, signal} = options
  const plan = await planCertificates(federation, now, options)
  const change = planSummary(plan)
  const issue = () => issueCertificates(federation, plan, {now, signal})
  const {ca, items} = dryRun || change === undefined ? plan : await journalledChange(journal, change, issue)
  const issued = items.filter((item) => item.action === 'issue').length
  return {
    certificates: [caRow(ca), ...items.map((item) => itemRow(item))],
    dryRun,
    schemaVersion: 1,
    summary: {issue: issued, keep: items.length - issued},
  }
}

function caRow({action, certificateFile, expires, keyFile, reason}: PlannedCa): CertificateRow {
  return {
    action,
    certificate: certificateFile,
    expires: expires?.toISOString() ?? null,
    key: keyFile,
    kind: 'ca',
    names: [],
    node: 'ca',
    reason,
    replaced: [],
  }
}

function itemRow(item: PlannedCertificate & {readonly replaced?: readonly string[]}): CertificateRow {
  const {action, expires, profile, reason, replaced = []} = item
  return {
    action,
    certificate: profile.certificateFile,
    expires: expires?.toISOString() ?? null,
    key: profile.keyFile,
    kind: profile.kind,
    names: [...profile.dnsNames, ...profile.ipAddresses],
    node: profile.id,
    reason,
    replaced,
  }
}
