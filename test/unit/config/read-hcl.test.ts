import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

import {agentConfig} from '../../../src/config/agent-config.js'
import {agentHcl} from '../../../src/config/agent-hcl.js'
import {differingKeys} from '../../../src/config/configuration-state.js'
import {type HclBody, writeHcl} from '../../../src/config/hcl.js'
import {nodeLayout} from '../../../src/config/node-layout.js'
import {readHcl} from '../../../src/config/read-hcl.js'
import {agentsOf} from '../../../src/federation/selectors.js'
import {aFullFederation} from './federations.js'

const key = fc.stringMatching(/^[a-z_]{1,8}$/)
const text = fc.string({maxLength: 12, unit: 'grapheme'})
const {body} = fc.letrec<{body: HclBody; list: HclBody[]; scalar: boolean | number | string}>((tie) => ({
  body: fc.dictionary(fc.oneof(key, text), fc.oneof({maxDepth: 3}, tie('scalar'), tie('list'), tie('body')), {
    maxKeys: 4,
  }),
  list: fc.array(fc.oneof({maxDepth: 2}, tie('scalar'), tie('body')), {maxLength: 3}) as never,
  scalar: fc.oneof(text, fc.boolean(), fc.maxSafeInteger()),
}))

describe('reading HCL', () => {
  it('gives back whatever was written', () => {
    fc.assert(
      fc.property(body, (value) => {
        expect(readHcl(writeHcl(value))).toEqual({...value})
      }),
      {numRuns: 300},
    )
  })

  it.each(['1.8.7', '1.13.9', '1.17.3'])('gives back the configuration of every agent of %s', async (version) => {
    const federation = aFullFederation(version)
    for (const agent of federation.datacenters.flatMap(agentsOf)) {
      const config = agentConfig(federation, agent, {agentToken: 'a', gossipKey: 'g'}, nodeLayout(federation, agent))
      const withoutUndefined = JSON.stringify(config)
      expect(readHcl(await agentHcl(config))).toEqual(JSON.parse(withoutUndefined))
    }
  })

  it('does not care how an editor left lines and comments', () => {
    expect(readHcl('# mine\nserver=true ports { http = 8500\n dns = -1 } # end\nlist = [\n"a",\n"b",]')).toEqual({
      list: ['a', 'b'],
      ports: {dns: -1, http: 8500},
      server: true,
    })
  })

  it.each([
    ['another kind of comment', '// server = true'],
    ['a heredoc', 'a = <<EOF\nserver = true\nEOF'],
    ['interpolation', 'a = "${b}"'],
    ['a key that stands twice', 'server = true\nserver = false'],
    ['a block that stands twice', 'acl { enabled = true }\nacl { enabled = false }'],
    ['a labelled block', 'service "web" { port = 1 }'],
    ['a number that is none of ours', 'a = 0x10'],
    ['a fraction', 'a = 1.5'],
    ['an open block', 'acl {'],
    ['an open list', 'a = ["b"'],
    ['an open string', 'a = "b'],
    ['a brace too many', 'a = 1 }'],
    ['a word for a value', 'a = yes'],
    ['an unknown escape', String.raw`a = "\q"`],
  ])('gives up at %s', (_what, source) => {
    expect(readHcl(source)).toBeUndefined()
  })
})

describe('keys that differ between two configurations', () => {
  it('are named by their path, without values', () => {
    const one = {acl: {enabled: true, tokens: {agent: 'secret'}}, log_level: 'info', retry_join: ['a']}
    const other = {acl: {enabled: true, tokens: {agent: 'other'}}, retry_join: ['a', 'b'], server: true}
    expect(differingKeys(one, other)).toEqual(['acl.tokens.agent', 'retry_join', 'server', 'log_level'])
    expect(differingKeys(one, one)).toEqual([])
  })

  it('are not known where one cannot be read', () => {
    expect(differingKeys(undefined, {server: true})).toEqual([])
  })
})
