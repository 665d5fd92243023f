import type {AclConfig} from '../../config/acl-config.js'
import {readPolicyByName, readToken, replacePolicies, updatePolicy} from '../../acl/endpoints.js'
import {policyNames, tokenNames} from '../../acl/names.js'
import {rulesText} from '../../acl/rules.js'
import {anonymousAccessorId} from '../../consul/types.js'
import type {ConsulClient} from '../../consul/client.js'
import {primaryOf} from '../../federation/selectors.js'
import type {RunbookContext} from '../../runbooks/context.js'
import type {Fault} from './fault.js'
import {brokenSecondary, firstServerOf, reconfigure} from './nodes.js'

const builtInManagement = 'global-management'

export const aclFaults: readonly Fault[] = [
  stanzaFault({
    cause: 'acl.replication',
    change: (acl) => ({...acl, tokens: {...acl.tokens, replication: undefined}}),
    checks: ['acl.replication'],
    id: 'replication-token-missing',
    title: 'the servers of a secondary have no replication token',
  }),
  {
    async break({context}) {
      const {accessorId} = await context.secrets.token(tokenNames.replication)
      const client = await primaryClient(context)
      await client.request(`/v1/acl/token/${accessorId}`, {method: 'DELETE', signal: context.ports.signal})
    },
    cause: 'acl.replication-token',
    checks: ['acl.replication-rights'],
    id: 'replication-token-revoked',
    needs: ['acl'],
    title: 'the replication token was deleted in the primary',
  },
  {
    async break({context}) {
      const client = await primaryClient(context)
      const call = {signal: context.ports.signal}
      const policy = await readPolicyByName(client, policyNames.replication, call)
      const rules = rulesText([{policy: 'read', resource: 'acl'}])
      await updatePolicy(client, policy, {description: policy.Description, name: policy.Name, rules}, call)
    },
    cause: 'acl.replication-token',
    checks: ['acl.replication-rights'],
    id: 'replication-token-too-narrow',
    needs: ['acl'],
    title: 'the replication token may read ACLs and nothing else',
  },
  {
    async break({context}) {
      const {accessorId} = await context.secrets.token(tokenNames.replication)
      await grant(context, accessorId, [builtInManagement])
    },
    cause: undefined,
    checks: ['acl.replication-rights'],
    id: 'replication-token-too-wide',
    needs: ['acl'],
    title: 'the replication token is a management token',
  },
  stanzaFault({
    cause: 'agent.setting',
    change: (acl) => ({...acl, enable_token_replication: undefined}),
    checks: ['agent.token-replication'],
    id: 'token-replication-off',
    title: 'the servers of a secondary do not replicate tokens',
  }),
  {
    break: ({context}) => grant(context, anonymousAccessorId, []),
    cause: undefined,
    checks: ['acl.anonymous'],
    id: 'anonymous-token-too-tight',
    needs: ['acl'],
    title: 'without a token nothing may be read, although the federation file says so',
  },
]

interface StanzaFault extends Omit<Fault, 'break' | 'needs'> {
  readonly change: (acl: AclConfig) => AclConfig
}

function stanzaFault({change, ...about}: StanzaFault): Fault {
  return {
    ...about,
    async break(lab) {
      for (const server of brokenSecondary(lab.context.federation).servers)
        await reconfigure(lab, server, (config) => ({...config, acl: config.acl && change(config.acl)}))
    },
    needs: ['acl'],
  }
}

async function grant(context: RunbookContext, accessorId: string, policies: readonly string[]): Promise<void> {
  const client = await primaryClient(context)
  const call = {signal: context.ports.signal}
  const token = await readToken(client, accessorId, call)
  await replacePolicies(
    client,
    token,
    policies.map((Name) => ({Name})),
    call,
  )
}

async function primaryClient(context: RunbookContext): Promise<ConsulClient> {
  return context.client(firstServerOf(primaryOf(context.federation)))
}
