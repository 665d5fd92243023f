import {isScalar, LineCounter, type Node, parseDocument} from 'yaml'

import {readText, statIfExists, writeWhole} from '../system/files.js'
import {FederationInvalid} from './issue.js'
import type {Federation} from './model.js'
import {parseFederation} from './parse.js'

/** A federation file that is to say `via: mesh-gateways`, and the federation that it describes then. */
export interface MovedFile {
  readonly federation: Federation
  /** Whether the file says so already. */
  readonly isThere: boolean
  readonly text: string
}

/**
 * The federation file as it reads once its datacenters are federated through mesh gateways. Only the value of `via` differs.
 * @throws FedctlError `federation.invalid` where gateways need what the file does not have; `file.unreadable`.
 */
export async function movedToGateways({file, via}: Federation): Promise<MovedFile> {
  const before = await readText(file)
  const isThere = via === 'mesh-gateways'
  const text = isThere ? before : withGateways(before, file)
  return {federation: parseFederation(text, file), isThere, text}
}

/** Writes the file with its new `via`; its permissions stay. @throws FedctlError `file.unwritable`. */
export async function writeVia({file}: Federation): Promise<void> {
  const mode = (await statIfExists(file))?.mode ?? 0o644
  await writeWhole(file, withGateways(await readText(file), file), {mode: mode & 0o777})
}

function withGateways(text: string, file: string): string {
  const lines = new LineCounter()
  const node = parseDocument(text, {lineCounter: lines}).get('via', true) as Node | undefined
  if (!isScalar(node) || !node.range) {
    const {col: column, line} = node?.range ? lines.linePos(node.range[0]) : {col: 1, line: 1}
    const message = 'its value stands elsewhere in the file, and only this one is to be changed; write the value out'
    throw new FederationInvalid(file, [{column, line, message, path: 'via'}])
  }
  const [start, end] = node.range
  return `${text.slice(0, start)}mesh-gateways${text.slice(end)}`
}
