import type {AclServer} from '../acl/servers.js'
import type {Account} from '../holdings/account.js'
import type {Export} from '../holdings/export.js'
import type {Recreation} from '../holdings/thing.js'

/** What a datacenter on its own is moved with. */
export interface OwnMove {
  /** Whether things are made in the primary. */
  readonly adopt: boolean
  /** Whether an earlier run has begun with its servers, and what it holds now need not be what it held. */
  readonly hasBegun: boolean
  /** What it held, as it was before the first change. */
  readonly held: Export
  /** Told in the end what became of everything, before it is noted that the move is done. */
  readonly onAccount: (account: Account) => Promise<void>
  /** Servers of the datacenter, with a management token of its own. */
  readonly own: readonly AclServer[]
  /** What is still to be made in the primary. */
  readonly recreations: readonly Recreation[]
}
