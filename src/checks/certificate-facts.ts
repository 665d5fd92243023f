import type {Agent} from '../federation/model.js'
import type {CertificateFacts, Snapshot} from '../observe/snapshot.js'
import {fact, firstKnown, type Known, known, unknown} from './answers.js'

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
  return firstKnown([presentedCertificate(snapshot, server), issuedCertificate(snapshot, server)])
}

/** Whether the certificate is valid for that DNS name, itself or by a wildcard for the first label. */
export function holdsName(certificate: CertificateFacts, name: string): boolean {
  const wanted = name.toLowerCase()
  const wildcard = wanted.replace(/^[^.]+/, '*')
  return certificate.dnsNames.some((dnsName) => [wanted, wildcard].includes(dnsName.toLowerCase()))
}
