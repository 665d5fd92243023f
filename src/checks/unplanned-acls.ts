import type {Federation} from '../federation/model.js'
import type {ServerView} from '../observe/snapshot.js'

/**
 * Whether a server may leave things out of its answers for want of rights although the federation file has ACLs off: it has them on, or refuses its settings,
 * which nothing else does. It is not asked about its token then, and Consul answers some lists with less, or nothing, instead of a refusal (1.8–1.22).
 */
export function mayHideByAcls({acl}: Federation, view: ServerView | undefined): boolean {
  if (acl.enabled || !view?.agent) return false
  if (!view.agent.ok) return view.agent.failure.kind === 'forbidden'
  const {aclDefaultPolicy, aclEnabled} = view.agent.value
  return aclEnabled === true && aclDefaultPolicy !== 'allow'
}
