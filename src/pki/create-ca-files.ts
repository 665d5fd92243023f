import {join} from 'node:path'

import {FedctlError} from '../errors/fedctl-error.js'
import {removeAbandoned} from '../system/abandoned-files.js'
import {statIfExists} from '../system/files.js'
import {type CaOptions, createCa} from './create-ca.js'
import {refusePathInName} from './names.js'
import {type CreatedFiles, createPair} from './create-pair.js'

export interface CreatedCa extends CreatedFiles {
  /** What the user should know about it, one line each. */
  readonly notes: readonly string[]
}

/**
 * Does what `consul tls ca create` does in a folder: writes `<domain>-agent-ca.pem` and `<domain>-agent-ca-key.pem`, and refuses
 * where one of them is there (Consul command/tls/ca/create/tls_ca_create.go, 1.8–1.21).
 * @returns The file names, without the folder.
 * @throws FedctlError `file.exists`, `file.unwritable`, `usage`.
 */
export async function createCaIn(folder: string, options: CaOptions): Promise<CreatedCa> {
  refusePathInName('domain', options.domain)
  const files = caFileNames(options.domain)
  for (const file of [files.certificate, files.key]) {
    if (await statIfExists(join(folder, file))) {
      throw new FedctlError('file.exists', `${file} already exists`, {
        suggestions: ['move it away, or run the command in another folder'],
      })
    }
  }
  await removeAbandoned(folder, {recursive: false})
  await createPair(folder, files, createCa(options))
  return {...files, notes: notesOn(options)}
}

/** Consul passes over constraints without saying so. */
function notesOn({additionalNameConstraints = [], nameConstraint}: CaOptions): string[] {
  if (nameConstraint || additionalNameConstraints.length === 0) return []
  return ['-additional-name-constraint has no effect without -name-constraint: this CA can issue for any name']
}

/** The files of the CA of a domain, as Consul names them. */
export function caFileNames(domain: string): CreatedFiles {
  return {certificate: `${domain}-agent-ca.pem`, key: `${domain}-agent-ca-key.pem`}
}
