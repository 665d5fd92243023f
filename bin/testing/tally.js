/**
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }} Tally
 *   `failures` and `skips` name what is behind the numbers
 * @typedef {{ status: string, fullName: string }} TestResult
 * @typedef {{ name: string, status: string, assertionResults: TestResult[] }} FileResult
 * @typedef {{ testResults: FileResult[] }} Report what vitest's JSON reporter writes, as far as it is used here
 */

/**
 * Counts the tests of one run of vitest. A file that cannot be loaded, and a failure outside every test, count as one failed test each.
 * @param {string} title what was run, for failures that belong to no file
 * @param {Report | undefined} report undefined where vitest wrote none
 * @param {number | null} exitCode
 * @returns {Tally}
 */
export function tallyReport(title, report, exitCode) {
  const files = report?.testResults ?? []
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({name: `${file.name}: ${test.fullName}`, status: test.status})),
  )
  const named = (/** @type {(status: string) => boolean} */ wanted) =>
    tests.filter((test) => wanted(test.status)).map((test) => test.name)
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failures = [...named((status) => status === 'failed'), ...broken.map((file) => file.name)]
  if (failures.length === 0 && (exitCode !== 0 || !report))
    failures.push(`${title} ended with ${exitCode ?? 'a signal'}`)
  const passed = named((status) => status === 'passed')
  const skips = named((status) => status !== 'passed' && status !== 'failed')
  return {failed: failures.length, failures, passed: passed.length, skipped: skips.length, skips}
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sumTallies(tallies) {
  return {
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    failures: tallies.flatMap((tally) => tally.failures),
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    skipped: tallies.reduce((sum, tally) => sum + tally.skipped, 0),
    skips: tallies.flatMap((tally) => tally.skips),
  }
}

/**
 * @param {string} title
 * @param {boolean} isGood
 * @returns {Tally} of a step that is one question
 */
export function tallyStep(title, isGood) {
  return {failed: isGood ? 0 : 1, failures: isGood ? [] : [title], passed: isGood ? 1 : 0, skipped: 0, skips: []}
}
