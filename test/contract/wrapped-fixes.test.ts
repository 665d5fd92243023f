import {readdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {describe, expect, it} from 'vitest'

import type {Report} from '../../src/checks/check.js'
import {verifySnapshot} from '../../src/checks/verify.js'
import {wrapped} from '../../src/cli/reporters/plain-text.js'
import {errorCatalogue} from '../../src/errors/catalogue.js'
import {knownTexts} from '../../src/explain/known-texts.js'
import {loadSnapshot} from '../../src/observe/saved-snapshot.js'
import {aLab, theBrokenLab, theRecordedLab} from '../fixtures/lab.js'

/** What somebody would paste: a program with its words and at least one flag, or a command of fedctl. */
const commands = [
  /(?:consul|curl|openssl|p?kill|pgrep|rm|systemctl)(?: [a-z][a-z-]*)*(?: --?\w[\w-]*(?:[= ][^\s,;:()]+)?)+/g,
  /fedctl (?:acl|bootstrap|config|explain|gateway|gossip|lab|tls) [a-z]+(?: --[\w-]+ [^\s,;:()]+)*/g,
  /fedctl (?:init|verify)(?: --[\w-]+ [^\s;:()]+)+/g,
  /pkill.*|echo '.*/g,
]
/** What a line begins or ends with that is a part of a command. */
const torn = /^(?:[|;<>&]|do |done)|[|&<>]$/

describe.each([80, 40])('on a terminal of %i columns', (columns) => {
  // Behind `  fix ` or as it stands in an explanation.
  const width = columns - 8

  it('every command of a fix stays whole', async () => {
    const fixes = await everyFix()
    expect(fixes.filter((fix) => fix.startsWith('pkill -f'))).not.toEqual([])
    expect(fixes.filter((fix) => isTorn(fix, wrapped(fix, width)))).toEqual([])
  })

  it('every command of what fedctl explains stays whole', () => {
    const texts = [
      ...knownTexts.flatMap(({fix, look}) => [...fix({}), ...look]),
      ...Object.values(errorCatalogue).map(({remedy}) => remedy),
    ]
    expect(texts.filter((text) => isTorn(text, wrapped(text, width)))).toEqual([])
  })
})

function isTorn(text: string, lines: readonly string[]): boolean {
  const whole = commands.flatMap((command) => [...text.matchAll(command)].map(([found]) => found))
  return (
    whole.some((command) => !lines.some((line) => line.includes(command))) || lines.slice(1).some((l) => torn.test(l))
  )
}

/** What the recorded snapshots lead to, those of healthy federations, too. */
async function everyFix(): Promise<string[]> {
  const labs = [theBrokenLab(), theBrokenLab({isolate: true}), theRecordedLab(), aLab(7)]
  const snapshots = await Promise.all((await recordings()).map(loadSnapshot))
  const reports = snapshots.flatMap((snapshot) => labs.map((lab) => verifySnapshot(lab, snapshot).report))
  return [...new Set(reports.flatMap(fixesOf))]
}

function fixesOf({checks, diagnosis}: Report): readonly string[] {
  return [...checks.flatMap(({findings}) => findings), ...diagnosis].flatMap(({fix = []}) => fix)
}

async function recordings(): Promise<string[]> {
  const folders = ['faults', 'recorded'].map((name) =>
    fileURLToPath(new URL(`../golden/verify/${name}`, import.meta.url)),
  )
  const listed = await Promise.all(
    folders.map(async (folder) => readdir(folder, {recursive: true, withFileTypes: true})),
  )
  return listed
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map(({name, parentPath}) => `${parentPath}/${name}`)
}
