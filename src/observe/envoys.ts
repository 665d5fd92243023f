import pMap from 'p-map'

import {ConsulClient} from '../consul/client.js'
import type {Gateway} from '../federation/model.js'
import {openQuestioner, type Question, type QuestionerOptions} from './questioner.js'
import type {Answer} from './snapshot.js'
import {envoyVersionSchema} from './snapshot-schema.js'

const atOnce = 16

interface ServerInfo {
  /** `<revision>/<version>/<state>/<build>/<TLS library>`. */
  version: string
}

const versionQuestion: Question<ServerInfo, string> = {
  local: true,
  observation: 'envoys',
  put: (client, call) => client.request<ServerInfo>('/server_info', call),
  read: ({version}) => version.split('/')[1] ?? version,
  schema: envoyVersionSchema,
}

/** By gateway id: the version of its Envoy, for gateways whose admin endpoint the federation file names. */
export async function observeEnvoys(
  gateways: readonly Gateway[],
  options: QuestionerOptions,
): Promise<Record<string, Answer<string>>> {
  const entries = await pMap(
    gateways.filter(({envoyAdmin}) => envoyAdmin !== undefined),
    async ({envoyAdmin, id}): Promise<[string, Answer<string>]> => {
      const admin = new ConsulClient({url: `http://${envoyAdmin}`})
      try {
        return [id, await openQuestioner(admin, options).ask(versionQuestion)]
      } finally {
        await admin.close()
      }
    },
    {concurrency: atOnce},
  )
  return Object.fromEntries(entries)
}
