import type {CheckResult, Diagnosis, Finding, Report} from '../../checks/check.js'

type Xml = Readonly<Record<string, unknown>>

const millisecondsPerSecond = 1000

/**
 * The report as JUnit XML for CI systems: a suite for each category, a case for each check and subject. A warning passes, with what was
 * found as its output, unless warnings are failures here; the diagnosis stands in front of each failure that it explains.
 */
export async function verifyJunit(report: Report, failOn: 'error' | 'warning'): Promise<string> {
  const {XMLBuilder} = await import('fast-xml-parser')
  const builder = new XMLBuilder({
    attributeNamePrefix: '@',
    format: true,
    ignoreAttributes: false,
    suppressEmptyNode: true,
  })
  const suites = [...new Set(report.checks.map(({category}) => category))].map((category) =>
    suite(category, report, failOn),
  )
  const testsuites = {'@name': 'fedctl verify', '@time': report.durationMs / millisecondsPerSecond, testsuite: suites}
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({testsuites}).trimEnd()}`
}

function suite(category: string, report: Report, failOn: 'error' | 'warning'): Xml {
  const checks = report.checks.filter((check) => check.category === category)
  const findings = checks.flatMap((check) => check.findings.map((finding) => ({check, finding})))
  const failed = findings.filter(({finding}) => isFailure(finding, failOn))
  const skipped = findings.filter(({finding}) => finding.status === 'skip')
  return {
    '@errors': 0,
    '@failures': failed.length,
    '@name': category,
    '@skipped': skipped.length,
    '@tests': findings.length,
    '@timestamp': report.startedAt,
    testcase: findings.map(({check, finding}) => testCase(check, finding, report.diagnosis, failOn)),
  }
}

function testCase(
  check: CheckResult,
  finding: Finding,
  diagnosis: readonly Diagnosis[],
  failOn: 'error' | 'warning',
): Xml {
  const {found = '', status, subject} = finding
  const named = {'@classname': `fedctl.${check.id}`, '@name': clean(`${subject}: ${check.title}`)}
  if (status === 'skip') return {...named, skipped: {'@message': clean(found)}}
  if (status === 'pass') return named
  const text = clean([...causesOf(check, diagnosis), ...details(finding)].join('\n'))
  if (!isFailure(finding, failOn)) return {...named, 'system-out': text}
  return {...named, failure: {'#text': text, '@message': clean(found), '@type': status}}
}

function isFailure({status}: Finding, failOn: 'error' | 'warning'): boolean {
  return status === 'fail' || (status === 'warn' && failOn === 'warning')
}

function causesOf({id}: CheckResult, diagnosis: readonly Diagnosis[]): string[] {
  return diagnosis
    .filter(({explains}) => explains.includes(id))
    .flatMap(({fix, title}) => [`cause: ${title}`, ...fix.map((line) => `fix: ${line}`)])
}

function details({evidence = [], expected, fix = [], found}: Finding): string[] {
  return [
    ...(found === undefined ? [] : [`found: ${found}`]),
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...evidence.map((line) => `evidence: ${line}`),
    ...fix.map((line) => `fix: ${line}`),
  ]
}

/** XML 1.0 has no control characters, not even escaped. */
function clean(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
}
