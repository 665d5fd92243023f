import {secondariesOf} from '../federation/selectors.js'
import type {RunbookContext} from '../runbooks/context.js'

/** What to do after a runbook, as a line: bring up the first secondary of which nothing answers, else prove the whole. */
export async function nextAfterBootstrap({
  federation,
  fedctl,
  observer,
}: Pick<RunbookContext, 'federation' | 'fedctl' | 'observer'>): Promise<string> {
  const {servers} = await observer.observe(['leader'])
  const isUp = (id: string) => servers[id]?.leader?.ok === true
  const missing = secondariesOf(federation).find((secondary) => !secondary.servers.some(({id}) => isUp(id)))
  return missing
    ? `next: ${fedctl(`bootstrap secondary --dc ${missing.name}`)}`
    : `prove the whole federation with: ${fedctl('verify --wait 5m')}`
}
