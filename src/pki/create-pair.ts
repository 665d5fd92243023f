import {join} from 'node:path'

import {removeIfExists, writeWhole} from '../system/files.js'
import {publicMode} from './ca-files.js'
import type {CertificatePair} from './create-ca.js'

/** The two files of a new certificate, as they are named to the user. */
export interface CreatedFiles {
  readonly certificate: string
  readonly key: string
}

/**
 * Writes a new pair, key before certificate, and replaces nothing. A key whose certificate cannot be written does not stay: it would
 * stand in the way of the next attempt.
 * @throws FedctlError `file.exists`, `file.unwritable`.
 */
export async function createPair(folder: string, files: CreatedFiles, pair: CertificatePair): Promise<void> {
  const key = join(folder, files.key)
  await writeWhole(key, pair.keyPem, {exclusive: true})
  try {
    await writeWhole(join(folder, files.certificate), pair.certPem, {exclusive: true, mode: publicMode})
  } catch (error) {
    await removeIfExists(key)
    throw error
  }
}
