import type {Agent} from '../../federation/model.js'
import {serversOf} from '../../federation/selectors.js'
import {failureText} from '../answers.js'
import {expectedNames} from '../catalogue/tls.js'
import {bestCertificate, holdsName} from '../certificate-facts.js'
import {fedctlCommand} from '../fedctl-command.js'
import {joined} from '../wording.js'
import {type Case, dependsOnFaulty, failuresOf, type Rule} from './rule.js'

export const certificateExpired = certificateRule({
  cause: 'tls.expired',
  check: 'tls.expiry',
  title: 'a server certificate is not valid now',
})

export const foreignCa = certificateRule({
  cause: 'tls.foreign-ca',
  check: 'tls.ca-shared',
  title: 'server certificates come from different CAs',
})

export const usageMissing = certificateRule({
  cause: 'tls.usage',
  check: 'tls.usage',
  says: 'cannot serve and call:',
  title: 'a server certificate is not for serving and calling',
})

/** The name is missing in the certificate that was seen, or somebody who dialled the server complained about it. */
export const serverNameMissing: Rule = {
  cause: 'tls.server-name',
  title: 'a server certificate lacks a name that other servers ask for',
  when(about) {
    const refused = refusedNames(about)
    const lacking = serversOf(about.model)
      .map((server) => ({names: missingNames(about, server, refused), server}))
      .filter(({names}) => names.length > 0)
    if (lacking.length === 0) return undefined
    const faulty = lacking.map(({server}) => ({datacenters: [server.datacenter], finding: {subject: server.id}}))
    const follows = dependsOnFaulty(faulty, about)
    const servers = joined(lacking.map(({server}) => server.id))
    const [failure] = failuresOf(about, 'tls.server-name')
    return {
      explains: (finding) => follows(finding) || finding.check === 'tls.server-name',
      fix: [
        ...(failure?.finding.fix ?? lacking.map(({server}) => reissue(server))),
        ...(lacking.length > 1 ? ['repeat that for each of these servers; none has to be restarted'] : []),
      ],
      title: `the certificate of ${servers} does not hold ${joined(lacking.flatMap(({names}) => names))}`,
    }
  },
}

interface CertificateFault {
  readonly cause: string
  readonly check: string
  /** Stands before what was found. Default `is`. */
  readonly says?: string
  readonly title: string
}

function certificateRule({cause, check, says = 'is', title}: CertificateFault): Rule {
  return {
    cause,
    title,
    when(about) {
      const failures = failuresOf(about, check)
      const [first] = failures
      if (!first) return undefined
      const follows = dependsOnFaulty(failures, about)
      const subjects = joined(failures.map(({finding}) => finding.subject))
      return {
        explains: (finding) => finding.check === check || follows(finding),
        fix: first.finding.fix ?? [],
        title: `the certificate of ${subjects} ${says} ${first.finding.found ?? 'not valid'}`,
      }
    },
  }
}

/** Names that Go ("certificate is valid for a, not b"), Node ("Host: b. is not in the cert's altnames") or fedctl's probe did not find. */
function refusedNames({snapshot}: Case): Set<string> {
  const answers = [
    ...Object.values(snapshot.servers).flatMap(({remote = {}}) =>
      Object.values(remote).flatMap(({leader, services}) => [leader, services]),
    ),
    ...snapshot.paths.map(({result}) => result),
  ]
  const texts = answers.flatMap((answer) => (answer.ok ? [] : [failureText(answer.failure)]))
  return new Set(
    texts.flatMap((text) => [
      ...[...text.matchAll(/certificate is valid for .*?, not ([\w.-]+)/g)].map(nameIn),
      ...[...text.matchAll(/certificate is not valid for ([\w.-]+), but for/g)].map(nameIn),
      ...[...text.matchAll(/Host: ([\w.-]+?)\.? is not in the cert's altnames/g)].map(nameIn),
    ]),
  )
}

function nameIn(match: RegExpMatchArray): string {
  return (match[1] ?? '').toLowerCase()
}

function missingNames(about: Case, server: Agent, refused: ReadonlySet<string>): string[] {
  const {model, snapshot} = about
  const expected = expectedNames(model, server)
  const seen = bestCertificate(snapshot, server)
  const failed = failuresOf(about, 'tls.server-name').some(({finding}) => finding.subject === server.id)
  if (failed && seen.known) return expected.filter((name) => !holdsName(seen.value.certificate, name))
  // The name of the datacenter alone does not say which server lacks it.
  return expected.slice(1).filter((name) => refused.has(name.toLowerCase()))
}

function reissue({datacenter, name}: Agent): string {
  return fedctlCommand('tls issue', {dc: datacenter, node: name})
}
