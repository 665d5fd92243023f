import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {workspacePaths} from '../federation/workspace.js'
import {readIfExists, removeIfExists, statIfExists, writeWhole} from '../system/files.js'
import {type CertificatePair, createCa} from './create-ca.js'
import {type CertificateAuthority, loadCa} from './load-ca.js'
import {pairIn} from './pem.js'

export const publicMode = 0o644

/** The CA of a federation on disk. `absent`: to be created; `unfinished`: a run that created it was interrupted. */
export type CaOnDisk =
  {readonly authority: CertificateAuthority; readonly state: 'present'} | {readonly state: 'absent' | 'unfinished'}

/**
 * Reads the CA that the federation file names. A CA outside its usual place in the workspace belongs to someone else: it has to be there.
 * @throws FedctlError `pki.ca-invalid` where one of the two files is missing or the CA cannot issue; `file.unreadable`.
 */
export async function readCaFiles({file, tls, workspace}: Federation, now: Date): Promise<CaOnDisk> {
  const paths = workspacePaths(workspace)
  const isOwn = tls.caFile === paths.caFile && tls.caKeyFile === paths.caKeyFile
  if (isOwn && (await statIfExists(paths.caPendingFile))) return {state: 'unfinished'}
  const [certificate, key] = await Promise.all([readIfExists(tls.caFile), readIfExists(tls.caKeyFile)])
  if (certificate && key) return {authority: authorityFrom(certificate, key, tls, now), state: 'present'}
  if (!certificate && !key && isOwn) return {state: 'absent'}
  throw missing(certificate ? tls.caKeyFile : tls.caFile, file)
}

/**
 * Creates the CA of the workspace, or finishes what an interrupted run began: the pair is saved whole in one file, then in its two
 * files, and that first file goes. Nothing that exists is replaced.
 * @throws FedctlError `file.unwritable`; `pki.ca-invalid` where the files that exist do not belong together.
 */
export async function createCaFiles(
  {domain, file, tls, workspace}: Federation,
  now: Date,
): Promise<CertificateAuthority> {
  const {caPendingFile} = workspacePaths(workspace)
  const {certPem, keyPem} = await pendingPair(caPendingFile, now, () => createCa({days: tls.caDays, domain, now}))
  await writeIfMissing(tls.caKeyFile, keyPem, 0o600)
  await writeIfMissing(tls.caFile, certPem, publicMode)
  const [certificate, key] = await Promise.all([readIfExists(tls.caFile), readIfExists(tls.caKeyFile)])
  if (!certificate || !key) throw missing(certificate ? tls.caKeyFile : tls.caFile, file)
  const authority = authorityFrom(certificate, key, tls, now)
  await removeIfExists(caPendingFile)
  return authority
}

/** @throws FedctlError `pki.ca-invalid` where what an interrupted run saved is not whole: no part of it may become the CA. */
async function pendingPair(path: string, now: Date, create: () => CertificatePair): Promise<CertificatePair> {
  const saved = await readIfExists(path)
  if (saved) {
    const pair = pairIn(saved.toString('utf8'))
    try {
      loadCa(pair, now, {certificate: path, key: path})
    } catch (error) {
      if (!(error instanceof FedctlError)) throw error
      throw new FedctlError(error.code, `an earlier run has not finished the CA: ${error.message}`, {
        cause: error,
        suggestions: [
          `nothing has been issued with that CA yet: remove ${path}, and ca.pem and ca-key.pem beside it, to begin anew`,
        ],
      })
    }
    return pair
  }
  const pair = create()
  await writeWhole(path, `${pair.keyPem}${pair.certPem}`)
  return pair
}

async function writeIfMissing(path: string, content: string, mode: number): Promise<void> {
  if (!(await statIfExists(path))) await writeWhole(path, content, {exclusive: true, mode})
}

function authorityFrom(
  certificate: Buffer,
  key: Buffer,
  {caFile, caKeyFile}: Federation['tls'],
  now: Date,
): CertificateAuthority {
  const pair = {certPem: certificate.toString('utf8'), keyPem: key.toString('utf8')}
  return loadCa(pair, now, {certificate: caFile, key: caKeyFile})
}

function missing(path: string, file: string): FedctlError {
  return new FedctlError('pki.ca-invalid', `there is no ${path}, and a CA cannot be used without it`, {
    suggestions: [`restore that file, or name the files of another CA in ${file}`],
  })
}
