import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import type {Fault} from '../../src/lab/faults/fault.js'
import {isShown} from '../../src/lab/faults/showing.js'
import {writeWhole} from '../../src/system/files.js'
import {faultSnapshotPath, inBlockOfFaults} from '../fixtures/lab.js'
import {fedctl} from './fedctl.js'

/** What Consul may take to use a way again that was dead, with room for a slow machine. */
export const recoveryMs = 480_000

/** Whether all faults are made, and their snapshots kept, as with npm run test:faults. */
export const isExhaustive = process.env.EVERY_FAULT === '1'

/** Breaks a lab, expects verification to name the cause first, mends it, and expects everything to be well again. */
export async function expectShownAndMended(fault: Fault, directory: string): Promise<void> {
  const {id} = fault
  const federation = ['--federation', join(directory, 'federation.yaml')]
  const broken = await fedctl(['lab', 'break', id, '--dir', directory])
  expect(broken, broken.stderr).toMatchObject({exitCode: 0})
  const snapshot = join(directory, '..', `${id}.json`)
  const report = await untilShown()
  expect(report.diagnosis[0]?.cause, JSON.stringify(report.diagnosis)).toBe(fault.cause)
  if (isExhaustive) await keepSnapshot(id, snapshot)
  const mended = await fedctl(['lab', 'mend', '--dir', directory])
  expect(mended, mended.stderr).toMatchObject({exitCode: 0})
  const verified = await fedctl(['verify', '--wait', '5m', '--output', 'short', ...federation])
  expect(verified, verified.stdout).toMatchObject({exitCode: 0})

  async function untilShown(): Promise<Report> {
    let report: Report | undefined
    await expect
      .poll(
        async () => {
          const {stdout} = await fedctl(['verify', '--json', '--save-snapshot', snapshot, ...federation])
          report = JSON.parse(stdout) as Report
          return isShown(fault, report)
        },
        {interval: 500, timeout: 90_000},
      )
      .toBe(true)
    if (!report) throw new Error('no report')
    return report
  }
}

async function keepSnapshot(id: string, path: string): Promise<void> {
  await writeWhole(faultSnapshotPath(id), inBlockOfFaults(await readFile(path, 'utf8')), {mode: 0o644})
}
