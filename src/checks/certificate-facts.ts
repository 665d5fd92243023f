import type {Agent} from '../federation/model.js'
import type {CertificateFacts, Snapshot} from '../observe/snapshot.js'
import {fact, firstKnown, type Known, known, unknown} from './answers.js'
import {isPreflight} from './preflight-facts.js'
import {counted} from './wording.js'

/** A server's certificate and where it was seen. */
export interface SeenCertificate {
  readonly certificate: CertificateFacts
  /** Whether the server presented it; else it lies in the workspace. */
  readonly onWire: boolean
  /** For people: `presented at its RPC port`. */
  readonly where: string
}

/** What the server presents: at its own RPC port, else through a gateway. */
export function presentedCertificate(snapshot: Snapshot, server: Agent): Known<SeenCertificate> {
  const direct = known(snapshot.servers[server.id]?.certificateOnWire)
  if (direct.known) return fact({certificate: direct.value, onWire: true, where: 'presented at its RPC port'})
  for (const {gateway, result, target} of snapshot.paths) {
    if (target !== server.id || !result.ok) continue
    return fact({certificate: result.value.certificate, onWire: true, where: `presented through ${gateway}`})
  }
  return unknown(`its certificate was not seen on the wire: ${direct.reason}`)
}

/** The certificate that was issued for the server, in the workspace. */
export function issuedCertificate(snapshot: Snapshot, server: Agent): Known<SeenCertificate> {
  const disk = known(snapshot.servers[server.id]?.certificateOnDisk)
  return disk.known ? fact({certificate: disk.value, onWire: false, where: 'as issued in the workspace'}) : disk
}

/** What the server presents, else what was issued for it. */
export function bestCertificate(snapshot: Snapshot, server: Agent): Known<SeenCertificate> {
  if (isPreflight(snapshot)) return issuedCertificate(snapshot, server)
  return firstKnown([presentedCertificate(snapshot, server), issuedCertificate(snapshot, server)])
}

/** How a certificate stands in its life. */
export interface CertificateLife {
  readonly expired: boolean
  /** For people: `12 days left`. */
  readonly left: string
  /** Whether it is to be renewed: less than 30 days are left and less than a third of its life, so that short-lived ones do not warn from the start. */
  readonly nearlyOver: boolean
  readonly notYetValid: boolean
}

const [hourMs, dayMs] = [3_600_000, 86_400_000]
const warnMs = 30 * dayMs

/** @returns Undefined where the dates cannot be read. */
export function lifeOf(
  {notAfter, notBefore}: Pick<CertificateFacts, 'notAfter' | 'notBefore'>,
  at: string,
): CertificateLife | undefined {
  const [now, from, to] = [Date.parse(at), Date.parse(notBefore), Date.parse(notAfter)]
  if (Number.isNaN(now + from + to)) return undefined
  const leftMs = to - now
  const left =
    leftMs < 2 * dayMs ? counted(Math.floor(leftMs / hourMs), 'hour') : counted(Math.floor(leftMs / dayMs), 'day')
  return {
    expired: leftMs <= 0,
    left: `${left} left`,
    nearlyOver: leftMs < Math.min(warnMs, (to - from) / 3),
    notYetValid: from > now,
  }
}

/** Whether the certificate is valid for that DNS name, itself or by a wildcard for the first label. */
export function holdsName(certificate: CertificateFacts, name: string): boolean {
  const wanted = name.toLowerCase()
  const wildcard = wanted.replace(/^[^.]+/, '*')
  return certificate.dnsNames.some((dnsName) => [wanted, wildcard].includes(dnsName.toLowerCase()))
}
