import {fileURLToPath} from 'node:url'

import {XMLValidator} from 'fast-xml-parser'
import picocolors from 'picocolors'
import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {runChecks} from '../../../src/checks/engine.js'
import {verifyJson} from '../../../src/cli/reporters/verify-json.js'
import {verifyJunit} from '../../../src/cli/reporters/verify-junit.js'
import {verifyShort} from '../../../src/cli/reporters/verify-short.js'
import {verifyTable} from '../../../src/cli/reporters/verify-table.js'
import {recordedSnapshot, theRecordedLab} from '../../fixtures/lab.js'

const plain = picocolors.createColors(false)

describe.each(['healthy', 'gateway-dead', 'server-down', 'token-unknown'])('the report on the lab, %s', (recording) => {
  it('is this table at 80 columns', async () => {
    const table = verifyTable(await report(recording), {colours: plain, width: 80})
    await expect(`${table}\n`).toMatchFileSnapshot(golden(`${recording}.table.txt`))
  })

  it('is this short text', async () => {
    await expect(`${verifyShort(await report(recording))}\n`).toMatchFileSnapshot(golden(`${recording}.short.txt`))
  })

  it('is this JSON', async () => {
    const json = JSON.stringify(verifyJson({reachable: true, report: await report(recording)}), undefined, 2)
    await expect(`${json}\n`).toMatchFileSnapshot(golden(`${recording}.report.json`))
  })
})

it('reports a dead gateway to CI systems as this JUnit XML', async () => {
  const xml = await verifyJunit(await report('gateway-dead'), 'error')
  expect(XMLValidator.validate(xml)).toBe(true)
  await expect(`${xml}\n`).toMatchFileSnapshot(golden('gateway-dead.xml'))
})

it('counts a warning as a JUnit failure where warnings are failures', async () => {
  const xml = await verifyJunit(await report('healthy'), 'warning')
  expect(xml).toContain('<failure message="losing one server stops it (1 server in the federation file)" type="warn">')
})

async function report(recording: string) {
  return runChecks(catalogue, theRecordedLab(), await recordedSnapshot(recording), {now: () => 0})
}

function golden(name: string): string {
  return fileURLToPath(new URL(`expected/${name}`, import.meta.url))
}
