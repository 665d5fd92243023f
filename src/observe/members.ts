import {lanMembers, wanMembers} from '../consul/api.js'
import type {Member} from '../consul/types.js'
import type {Question} from './questioner.js'
import type {MemberFacts} from './snapshot.js'
import {membersSchema} from './snapshot-schema.js'

/** The LAN pool as the agent sees it. Members that the token may not read are missing. */
export const lanMembersQuestion: Question<Member[], readonly MemberFacts[]> = {
  local: true,
  observation: 'lan-members',
  put: lanMembers,
  read: (members) => members.map((member) => readMember(member)),
  schema: membersSchema,
}

/** The WAN pool as the agent sees it, a server among them: where it is empty, the token may not read nodes. */
export const wanMembersQuestion: Question<Member[], readonly MemberFacts[]> = {
  local: true,
  observation: 'wan-members',
  put: wanMembers,
  read: (members) => members.map((member) => readMember(member)),
  schema: membersSchema,
}

/** serf.MemberStatus, in its order. */
const statuses = ['unknown', 'alive', 'leaving', 'left', 'failed'] as const

/** What matters of a member of a pool. */
export function readMember({Addr, Name, Port, Status, Tags}: Member): MemberFacts {
  return {
    address: Addr,
    // `1.8.7:1a2b3c4d`: version and revision.
    build: (Tags.build ?? '').split(':', 1)[0] ?? '',
    datacenter: Tags.dc ?? '',
    id: Tags.id ?? '',
    name: Name,
    port: Port,
    role: Tags.role ?? '',
    status: statuses[Status] ?? 'unknown',
  }
}
