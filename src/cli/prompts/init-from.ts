import {dirname, isAbsolute, relative, resolve} from 'node:path'

import {openContact} from '../../adoption/contact.js'
import {draftFederation} from '../../adoption/draft.js'
import type {DraftAccess} from '../../adoption/draft-settings.js'
import {explore} from '../../adoption/explore.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import {findFederationFile} from '../../federation/load.js'
import type {ApiAccess} from '../../federation/model.js'
import {FederationInvalid} from '../../federation/issue.js'
import {createWorkspace, refuseExisting} from '../../federation/new-workspace.js'
import {Secrets} from '../../federation/secrets.js'
import {forShell} from '../../system/for-shell.js'
import type {Ports} from '../../system/ports.js'
import {invocation} from '../invocation.js'
import {adoptionJson, adoptionText, type AdoptionJson} from '../reporters/adoption-report.js'
import type {Asker} from './asker.js'
import {apiUrl} from './from-url.js'

/** What the command line of `fedctl init --from` says. Paths are relative to the current folder. */
export interface FromFlags {
  readonly 'ca-file'?: string | undefined
  readonly 'client-cert'?: string | undefined
  readonly 'client-key'?: string | undefined
  readonly from: string
  readonly 'tls-server-name'?: string | undefined
  readonly 'token-file'?: string | undefined
}

export interface AdoptionOptions {
  /** Undefined where nobody is to be asked. */
  readonly asker: Asker | undefined
  readonly flags: FromFlags
  /** Path of the federation file that is to be written. */
  readonly path: string
  readonly ports: Ports
  /** Shows people what was found. */
  readonly show: (text: string) => void
}

/**
 * Reads a live federation from one of its agents and writes the federation file that describes it.
 * @throws FedctlError `federation.exists` before anything is asked; what `openContact` throws; `cancelled` where the answer is no;
 * `federation.undescribable` where a federation file cannot say what was found.
 */
export async function adoptFederation({asker, flags, path, ports, show}: AdoptionOptions): Promise<AdoptionJson> {
  const file = resolve(path)
  await refuseExisting(file)
  const access = accessOf(flags, ports.env)
  const credentials = {env: ports.env, roles: [], secrets: await Secrets.load(dirname(file))}
  ports.talk(`asking ${access.url} …`)
  const contact = await openContact(access, credentials, ports.signal)
  const explored = await explore(contact, credentials, ports).finally(() => contact.client.close())
  const drafted = draftFederation(explored, draftAccess(access, dirname(file)))
  show(adoptionText(drafted, explored))
  await confirm(asker, file)
  const {written} = await write(file, drafted)
  for (const one of written) ports.talk(`wrote ${one}`)
  ports.talk(`next: ${await verifyCommand(file, ports)}`)
  return adoptionJson(drafted, explored, written)
}

/** Flags first, then the environment variables of Consul's own command line. */
function accessOf(flags: FromFlags, env: Ports['env']): ApiAccess {
  const {from, 'token-file': token} = flags
  const ca = flags['ca-file'] ?? (env.CONSUL_CACERT || undefined)
  const cert = flags['client-cert'] ?? (env.CONSUL_CLIENT_CERT || undefined)
  const key = flags['client-key'] ?? (env.CONSUL_CLIENT_KEY || undefined)
  const name = flags['tls-server-name'] ?? (env.CONSUL_TLS_SERVER_NAME || undefined)
  if ((cert === undefined) !== (key === undefined))
    throw new FedctlError('usage', '--client-cert and --client-key go together; give both', {
      suggestions: ['fedctl init --help'],
    })
  const url = apiUrl(from, ca !== undefined || cert !== undefined)
  if (url.startsWith('https:') && ca === undefined)
    throw new FedctlError('usage', `--from ${from} needs the CA that signed the certificate of the API`, {
      suggestions: ['name its file with --ca-file or CONSUL_CACERT'],
    })
  return {
    ...(ca === undefined ? {} : {caFile: resolve(ca)}),
    ...(cert === undefined ? {} : {certFile: resolve(cert)}),
    ...(key === undefined ? {} : {keyFile: resolve(key)}),
    ...(name === undefined ? {} : {serverName: name}),
    token: token === undefined ? {from: 'default'} : {from: 'file', path: resolve(token)},
    url,
  }
}

/** Paths within the folder of the file are relative to it, so that the folder can be moved. */
function draftAccess({caFile, certFile, keyFile, token, url}: ApiAccess, folder: string): DraftAccess {
  const shown = (path: string) => {
    const inside = relative(folder, path)
    return inside.startsWith('..') || isAbsolute(inside) ? path : inside
  }
  return {
    ...(caFile === undefined ? {} : {caFile: shown(caFile)}),
    ...(certFile === undefined ? {} : {certFile: shown(certFile)}),
    ...(keyFile === undefined ? {} : {keyFile: shown(keyFile)}),
    ...(token.from === 'file' ? {tokenFile: shown(token.path)} : {}),
    url,
  }
}

/** As it pastes here. */
async function verifyCommand(file: string, {env}: Ports): Promise<string> {
  const cwd = process.cwd()
  const isFound = (await findFederationFile({cwd, env}).catch(() => undefined)) === file
  const flag = isFound ? '' : ` --federation ${forShell(relative(cwd, file))}`
  return `${invocation(process.argv, cwd)} verify${flag}`
}

async function confirm(asker: Asker | undefined, file: string): Promise<void> {
  const answer = await asker?.choice({
    choices: [
      {name: `yes, write ${file}`, value: 'yes'},
      {name: 'no, write nothing', value: 'no'},
    ],
    message: 'Is this the federation?',
  })
  if (answer === 'no') throw new FedctlError('cancelled', 'cancelled; nothing was written')
}

async function write(file: string, {draft, remarks}: ReturnType<typeof draftFederation>) {
  try {
    return await createWorkspace(file, draft, remarks)
  } catch (error) {
    if (!(error instanceof FederationInvalid)) throw error
    const problems = error.issues.map((issue) => `  ${issue.path}: ${issue.message}`)
    const message = ['a federation file cannot say what was found, and nothing was written:', ...problems].join('\n')
    throw new FedctlError('federation.undescribable', message, {
      cause: error,
      suggestions: ['mend that in Consul first, or write the file with fedctl init'],
    })
  }
}
