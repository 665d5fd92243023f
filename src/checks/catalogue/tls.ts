import type {Agent} from '../../federation/model.js'
import {serversOf} from '../../federation/selectors.js'
import {serverNameFor} from '../../gateway/probe-server.js'
import type {CertificateFacts} from '../../observe/snapshot.js'
import {given} from '../answers.js'
import {withTls} from '../applicability.js'
import {
  bestCertificate,
  holdsName,
  issuedCertificate,
  presentedCertificate,
  type SeenCertificate,
} from '../certificate-facts.js'
import {aboutServers, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {counted, distinct, joined} from '../wording.js'

const dayMs = 86_400_000
const warnDays = 30

export const tlsChecks = [
  aboutServers({
    applies: withTls,
    id: 'tls.ca-shared',
    observes: ['certificates-on-wire', 'gateway-paths'],
    title: 'all server certificates chain to one CA',
    judge: caVerdict,
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.server-name',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    title: 'each certificate holds server.<dc>.<domain> and <node>.server.<dc>.<domain> (or the wildcard)',
    judge: (server, seen) =>
      given(bestCertificate(seen.snapshot, server), (certificate) => nameVerdict(server, certificate, seen)),
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.expiry',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    title: 'all are valid now and for 30 more days',
    judge: (server, seen) =>
      given(bestCertificate(seen.snapshot, server), (certificate) => expiryVerdict(server, certificate, seen)),
  }),
]

/** The names that other servers ask for. Without mesh gateways nobody asks for the node. */
export function expectedNames(model: Seen['model'], server: Agent): string[] {
  const {datacenter, name} = server
  const names = [serverNameFor(datacenter, model.domain)]
  return model.via === 'mesh-gateways' ? [...names, serverNameFor(datacenter, model.domain, name)] : names
}

function caVerdict(server: Agent, {model, snapshot}: Seen): Verdict {
  const fix = [
    `put one CA bundle with the old and the new CA on all servers, then ${reissue(server)}, then drop the old CA`,
  ]
  return given(presentedCertificate(snapshot, server), ({certificate, where}) => {
    if (certificate.verifiedByCa === true) return holds(where)
    const found = `issued by ${certificate.issuer}, ${where}`
    if (certificate.verifiedByCa === false) {
      return broken({expected: `a certificate that chains to ${model.tls.caFile}`, fix, found})
    }
    const issuers = distinct(
      serversOf(model).flatMap((other) => {
        const seen = presentedCertificate(snapshot, other)
        return seen.known ? [issuerOf(seen.value.certificate)] : []
      }),
    )
    if (issuers.length > 1) return broken({expected: 'one CA for all servers', fix, found})
    return unanswered(`there is no CA certificate to compare it with at ${model.tls.caFile}`)
  })
}

function issuerOf({authorityKeyId, issuer}: CertificateFacts): string {
  return authorityKeyId ?? issuer
}

function nameVerdict(server: Agent, {certificate, onWire, where}: SeenCertificate, seen: Seen): Verdict {
  const expected = expectedNames(seen.model, server)
  const missing = expected.filter((name) => !holdsName(certificate, name))
  if (missing.length === 0) return holds(where)
  const issued = issuedCertificate(seen.snapshot, server)
  const onlyToLoad = onWire && issued.known && expected.every((name) => holdsName(issued.value.certificate, name))
  return broken({
    evidence: [`it is valid for ${joined(certificate.dnsNames) || 'no name'}`],
    expected: `a certificate for ${joined(expected)}`,
    fix: [...(onlyToLoad ? [] : [reissue(server)]), ...deploy(server)],
    found: `${joined(missing)} is missing in the certificate ${where}`,
  })
}

function expiryVerdict(server: Agent, {certificate, where}: SeenCertificate, {snapshot}: Seen): Verdict {
  const now = Date.parse(snapshot.startedAt)
  const [notBefore, notAfter] = [Date.parse(certificate.notBefore), Date.parse(certificate.notAfter)]
  const days = Math.floor((notAfter - now) / dayMs)
  const fix = [reissue(server), ...deploy(server)]
  const expected = `valid now and for ${warnDays} more days`
  if (Number.isNaN(now + notBefore + notAfter)) return unanswered('the dates of the certificate cannot be read')
  if (notBefore > now) {
    const clock = [`compare the clocks of this machine and of ${server.id}`]
    return broken({expected, fix: clock, found: `valid only from ${certificate.notBefore} on, ${where}`})
  }
  if (notAfter <= now) return broken({expected, fix, found: `expired since ${certificate.notAfter}, ${where}`})
  const found = `${counted(days, 'day')} left, ${where}`
  return days >= warnDays ? holds(found) : doubtful({expected, fix, found})
}

function reissue({datacenter, name}: Agent): string {
  return fedctlCommand('tls issue', {dc: datacenter, node: name})
}

function deploy({datacenter, id, name}: Agent): string[] {
  return [
    fedctlCommand('config render', {dc: datacenter, node: name}),
    `put the rendered certificate on the node of ${id}, then run there: consul reload`,
  ]
}
