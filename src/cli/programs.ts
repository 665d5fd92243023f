import type {ConsulBinary} from '../consul/binary.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {LocalPrograms} from '../hosts/local-host.js'
import type {Ports} from '../system/ports.js'

/**
 * The programs that a runbook starts on this machine, looked for once and only when one is needed.
 * @param usual the consul binary to take where FEDCTL_CONSUL names none, such as the one that a lab runs with.
 * @throws FedctlError `consul.missing` and the like; `process.failed` where fedctl does not know its own path.
 */
export function localPrograms(ports: Ports, usual?: string): () => Promise<LocalPrograms> {
  let found: Promise<ConsulBinary> | undefined
  return async () => {
    const script = process.argv[1]
    if (!script) {
      throw new FedctlError('process.failed', 'fedctl cannot tell how it was started', {
        suggestions: ['start it by its path, such as node bin/run.js'],
      })
    }
    found ??= import('../consul/binary.js').then(({findConsul}) =>
      findConsul(withConsul(ports.env, usual), ports.signal),
    )
    return {consul: await found, fedctl: [process.execPath, script]}
  }
}

function withConsul(env: Ports['env'], usual: string | undefined): Ports['env'] {
  return usual === undefined ? env : {...env, FEDCTL_CONSUL: env.FEDCTL_CONSUL || usual}
}
