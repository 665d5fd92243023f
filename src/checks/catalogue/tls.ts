import type {Agent} from '../../federation/model.js'
import {agentsOf, serversOf} from '../../federation/selectors.js'
import {serverNameFor} from '../../gateway/probe-server.js'
import type {CertificateFacts} from '../../observe/snapshot.js'
import {given} from '../answers.js'
import {withTls} from '../applicability.js'
import {
  bestCertificate,
  holdsName,
  issuedCertificate,
  lifeOf,
  presentedCertificate,
  type SeenCertificate,
} from '../certificate-facts.js'
import {applyFiles} from '../apply-files.js'
import {aboutServers, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {isPreflight, preflightFact} from '../preflight-facts.js'
import {broken, doubtful, holds, unanswered, type Verdict} from '../verdict.js'
import {distinct, joined} from '../wording.js'

export const tlsChecks = [
  aboutServers({
    applies: withTls,
    id: 'tls.ca-shared',
    observes: ['certificates-on-wire', 'gateway-paths'],
    preflight: 'also',
    title: 'all server certificates chain to one CA',
    judge: caVerdict,
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.server-name',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    preflight: 'also',
    title: 'each certificate holds server.<dc>.<domain> and <node>.server.<dc>.<domain> (or the wildcard)',
    judge: (server, seen) =>
      given(bestCertificate(seen.snapshot, server), (certificate) => nameVerdict(server, certificate, seen)),
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.usage',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    preflight: 'also',
    title: 'server certificates serve and call (serverAuth, clientAuth)',
    judge: (server, seen) =>
      given(bestCertificate(seen.snapshot, server), (certificate) => usageVerdict(server, certificate, seen)),
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.expiry',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    preflight: 'also',
    title: 'all are valid now, and for 30 more days or a third of their life',
    judge: (server, seen) =>
      given(bestCertificate(seen.snapshot, server), (certificate) => expiryVerdict(server, certificate, seen)),
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.loaded',
    observes: ['certificates-on-wire', 'certificates-on-disk', 'gateway-paths'],
    severity: 'warning',
    title: 'what a server presents is what was issued last',
    judge: loadedVerdict,
  }),
  aboutServers({
    applies: withTls,
    id: 'tls.issued',
    observes: ['preflight'],
    preflight: 'only',
    subjects: ({datacenters}) => datacenters.flatMap(agentsOf),
    title: 'every agent has a certificate with its key; that of a client is good for its calls',
    judge: issuedVerdict,
  }),
]

/** The names that other servers ask for. Without mesh gateways nobody asks for the node. */
export function expectedNames(model: Seen['model'], server: Agent): string[] {
  const {datacenter, name} = server
  const names = [serverNameFor(datacenter, model.domain)]
  return model.via === 'mesh-gateways' ? [...names, serverNameFor(datacenter, model.domain, name)] : names
}

function caVerdict(server: Agent, seen: Seen): Verdict {
  const {model, snapshot} = seen
  const bundle =
    'where other agents have that CA too: give all of them one bundle of both CAs as ca_file first, and drop the other CA at the end'
  const fix = isPreflight(snapshot)
    ? [reissue(server), renderOne(server)]
    : [reissue(server), ...deploy(server, seen), bundle]
  const certificateOf = isPreflight(snapshot) ? issuedCertificate : presentedCertificate
  return given(certificateOf(snapshot, server), ({certificate, where}) => {
    if (certificate.verifiedByCa === true) return holds(where)
    const found = `issued by ${certificate.issuer}, ${where}`
    if (certificate.verifiedByCa === false) {
      return broken({expected: `a certificate that chains to ${model.tls.caFile}`, fix, found})
    }
    const issuers = distinct(
      serversOf(model).flatMap((other) => {
        const seen = certificateOf(snapshot, other)
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
    fix: [...(onlyToLoad ? [] : [reissue(server)]), ...deploy(server, seen)],
    found: `${joined(missing)} is missing in the certificate ${where}`,
  })
}

const anyUsage = '2.5.29.37.0'

/** Servers call one another, so a certificate for serving alone is refused. One without the extension may do both (RFC 5280 §4.2.1.12). */
function usageVerdict(server: Agent, {certificate: {usages}, where}: SeenCertificate, seen: Seen): Verdict {
  const missing = ['serverAuth', 'clientAuth'].filter((usage) => !usages.includes(usage))
  if (missing.length === 0 || usages.length === 0 || usages.includes(anyUsage)) return holds(where)
  return broken({
    evidence: [`it is for ${joined(usages)}`],
    expected: 'a certificate with the extended key usages serverAuth and clientAuth',
    fix: [reissue(server), ...deploy(server, seen)],
    found: `${joined(missing)} is missing in the certificate ${where}`,
  })
}

function expiryVerdict(server: Agent, {certificate, where}: SeenCertificate, seen: Seen): Verdict {
  const {snapshot} = seen
  const life = lifeOf(certificate, snapshot.startedAt)
  const fix = [reissue(server), ...deploy(server, seen)]
  const expected = 'valid now, and for 30 more days or a third of its life'
  if (!life) return unanswered('the dates of the certificate cannot be read')
  if (life.notYetValid) {
    const clock = [`compare the clocks of this machine and of ${server.id}`]
    return broken({expected, fix: clock, found: `valid only from ${certificate.notBefore} on, ${where}`})
  }
  if (life.expired) return broken({expected, fix, found: `expired since ${certificate.notAfter}, ${where}`})
  const found = `${life.left}, ${where}`
  return life.nearlyOver ? doubtful({expected, fix, found}) : holds(found)
}

function loadedVerdict(server: Agent, seen: Seen): Verdict {
  const {snapshot} = seen
  return given(presentedCertificate(snapshot, server), ({certificate: presented, where}) => {
    const issued = issuedCertificate(snapshot, server)
    if (!issued.known) return unanswered('the workspace has no certificate of this server to compare with')
    const {certificate} = issued.value
    if (certificate.fingerprint === presented.fingerprint) return holds(where)
    const isNewer = Date.parse(certificate.notBefore) > Date.parse(presented.notBefore)
    const render = renderOne(server)
    return broken({
      evidence: [
        `the certificate ${where} is valid from ${presented.notBefore} to ${presented.notAfter}`,
        `the one in the workspace from ${certificate.notBefore} to ${certificate.notAfter}`,
      ],
      expected: 'the certificate of the workspace',
      fix: isNewer ? deploy(server, seen) : [`${render} puts the one of the workspace there, which is older`],
      found: isNewer
        ? `the certificate that was issued last is not loaded: an older one is ${where}`
        : `another certificate than that of the workspace is ${where}`,
    })
  })
}

/** What a server's certificate is good for, the other checks say. */
function issuedVerdict(agent: Agent, {snapshot}: Seen): Verdict {
  return given(
    preflightFact(snapshot, ({certificates}) => certificates, agent.id),
    ({missing, problems}) => {
      const expected = 'a certificate and its key in the workspace'
      if (missing.length > 1) {
        return doubtful({expected, fix: [fedctlCommand('tls issue')], found: 'its certificate is not issued yet'})
      }
      if (missing.length > 0) return broken({expected, fix: [reissue(agent)], found: `${joined(missing)} is missing`})
      if (problems.length === 0) return holds()
      return broken({
        expected,
        fix: [reissue(agent), renderOne(agent)],
        found: `the certificate ${joined(problems)}`,
      })
    },
  )
}

function reissue({datacenter, name}: Agent): string {
  return fedctlCommand('tls issue', {dc: datacenter, node: name})
}

function deploy(server: Agent, {model, snapshot}: Seen): string[] {
  return isPreflight(snapshot) ? [renderOne(server)] : applyFiles(server, model, 'certificate')
}

function renderOne({datacenter, name}: Agent): string {
  return fedctlCommand('config render', {dc: datacenter, node: name})
}
