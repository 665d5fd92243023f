import {joined} from '../wording.js'
import {type Case, dependsOnFaulty, type Explanation, failuresOf, type JudgedFinding, type Rule} from './rule.js'

/** The secondary runs and knows no way to its first contact. */
export const neverJoins: Rule = {
  cause: 'agent.primary-gateways',
  title: 'a secondary cannot join: its primary_gateways lead nowhere',
  when(about) {
    const failures = failuresOf(about, 'agent.primary-gateways')
    return explained(about, failures, (subjects, found) => `${subjects} cannot join ${about.model.primary}: ${found}`)
  },
}

export const misconfigured: Rule = {
  cause: 'agent.setting',
  title: 'a server does not run with the settings that the federation needs',
  when: (about) =>
    explained(
      about,
      failuresIn(about, 'agent.'),
      (subjects, found) => `another setting than the federation needs on ${subjects}: ${found}`,
    ),
}

export const misnamed: Rule = {
  cause: 'names.wrong',
  title: 'a datacenter or a server has a name that it must not have',
  when: (about) => explained(about, failuresIn(about, 'names.'), (subjects, found) => `${subjects}: ${found}`),
}

function failuresIn({findings}: Case, prefix: string): JudgedFinding[] {
  return findings.filter(({check, finding}) => finding.status === 'fail' && check.startsWith(prefix))
}

/** The first of the failures names the culprits that fail in the same way. */
function explained(
  about: Case,
  failures: readonly JudgedFinding[],
  title: (subjects: string, found: string) => string,
): Explanation | undefined {
  const [first] = failures
  if (!first) return undefined
  const {check, finding} = first
  const found = finding.found ?? ''
  const same = failures.filter((other) => other.check === check && other.finding.found === found)
  const follows = dependsOnFaulty(failures, about)
  return {
    explains: (other) => failures.includes(other) || follows(other),
    fix: finding.fix ?? [],
    title: title(joined(same.map((other) => other.finding.subject)), found),
  }
}
