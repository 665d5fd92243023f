import type {Agent} from '../../federation/model.js'
import {secondariesOf} from '../../federation/selectors.js'
import type {Answer} from '../../observe/snapshot.js'
import {fact, failureText, given, type Known, known} from '../answers.js'
import {allOf, withAcls, withSecondaries, withTokenReplication} from '../applicability.js'
import {aboutServers, type Seen} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {broken, excused, holds, unanswered, type Verdict} from '../verdict.js'

export const roundtripCheck = aboutServers({
  applies: allOf(withAcls, withSecondaries, withTokenReplication),
  id: 'acl.roundtrip',
  // Nothing is written where nobody answers.
  observes: ['leader'],
  optIn: true,
  subjects: (model) => secondariesOf(model).flatMap(({servers}) => servers),
  title: 'a token made in the primary resolves in every secondary and is gone after its deletion',
  judge: roundtripVerdict,
})

function roundtripVerdict({datacenter, id}: Agent, {model, snapshot: {roundtrip}}: Seen): Verdict {
  if (!roundtrip) {
    const reason = 'nobody tried: --write-probes makes a token without rights and removes it again'
    return {...excused(reason), fix: ['add --write-probes to the command; it needs a token with acl:write']}
  }
  const {accessorId, made, removed, servers} = roundtrip
  if (!removed.ok && made.ok) {
    return broken({
      expected: 'the token is removed from the primary',
      fix: [
        `on a server of ${model.primary}: consul acl token delete -id ${accessorId} (Consul removes it after 15 minutes)`,
      ],
      found: `the token could not be removed: ${failureText(removed.failure)}`,
    })
  }
  return given(known(made, 'acl:write'), () => {
    const server = servers[id]
    if (!server) return unanswered('the server was not asked')
    const fix = [fedctlCommand('verify', {dc: datacenter, only: 'acl,wan.rpc'})]
    const expected = 'a token of the primary is known here while it is there, and at no other time'
    return given(unlessTimeout(server.known), (knownMs) => {
      if (typeof knownMs === 'string') return broken({expected, fix, found: `a new token is ${knownMs}`})
      return given(unlessTimeout(server.gone), (goneMs) => {
        if (typeof goneMs === 'string') return broken({expected, fix, found: `a removed token is ${goneMs}`})
        return holds(`known after ${seconds(knownMs)}, gone after ${seconds(goneMs)}`)
      })
    })
  })
}

/** Time that runs out is an answer here: `still unknown after 30 s`. */
function unlessTimeout(answer: Answer<number>): Known<number | string> {
  if (!answer.ok && answer.failure.message.startsWith('still ')) {
    return fact(answer.failure.message)
  }
  return known(answer)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
