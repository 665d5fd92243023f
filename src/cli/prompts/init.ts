import {resolve} from 'node:path'

import {FedctlError} from '../../errors/fedctl-error.js'
import type {FederationDraft} from '../../federation/federation-yaml.js'
import {FederationInvalid} from '../../federation/issue.js'
import {createWorkspace, type NewWorkspace, refuseExisting} from '../../federation/new-workspace.js'
import type {Asker} from './asker.js'
import {answerInit, type InitFlags} from './init-answers.js'
import {draftOf} from './init-draft.js'

/** What is taken over into the file as it was said. */
type Settings = Pick<FederationDraft, 'api' | 'domain' | 'host' | 'mesh_gateway_mode'>

export interface InitOptions {
  readonly asker: Asker | undefined
  readonly flags: InitFlags
  /** Path of the federation file that is to be written. */
  readonly path: string
  readonly settings: Settings
}

/**
 * Asks for what the flags leave open, and writes a new federation file.
 * @throws FedctlError `federation.exists` before anything is asked; `usage` where flags and answers do not go together.
 */
export async function initFederation({asker, flags, path, settings}: InitOptions): Promise<NewWorkspace> {
  const file = resolve(path)
  await refuseExisting(file)
  const draft = {...settings, ...draftOf(await answerInit(flags, asker))}
  try {
    return await createWorkspace(file, draft)
  } catch (error) {
    if (!(error instanceof FederationInvalid)) throw error
    const problems = error.issues.map((issue) => `  ${issue.path}: ${issue.message}`)
    throw new FedctlError(
      'usage',
      ['this does not make a federation, and nothing was written:', ...problems].join('\n'),
      {
        suggestions: ['fedctl init --help'],
      },
    )
  }
}
