import type {Agent, Federation} from '../../federation/model.js'
import {agentsOf} from '../../federation/selectors.js'
import type {ConfigurationFacts} from '../../observe/preflight-facts.js'
import {given} from '../answers.js'
import {aboutServers} from '../define-check.js'
import {fedctlCommand} from '../fedctl-command.js'
import {preflightFact} from '../preflight-facts.js'
import {broken, doubtful, excused, holds, type Verdict} from '../verdict.js'
import {joined} from '../wording.js'

export const configChecks = [
  aboutServers({
    id: 'config.rendered',
    observes: ['preflight'],
    preflight: 'only',
    subjects: allAgents,
    title: 'the rendered files are what the federation file says',
    judge: (agent, {model, snapshot}) =>
      given(
        preflightFact(snapshot, ({configurations}) => configurations, agent.id),
        (facts) => renderedVerdict(agent, facts, model),
      ),
  }),
  aboutServers({
    id: 'config.valid',
    observes: ['preflight'],
    preflight: 'only',
    subjects: allAgents,
    title: 'the rendered configuration is one that Consul accepts',
    judge: (agent, {snapshot}) =>
      given(
        preflightFact(snapshot, ({configurations}) => configurations, agent.id),
        ({validity: {outcome, text}}) => {
          if (outcome === 'valid') return holds(text)
          if (outcome === 'unknown') return excused(text)
          return broken({expected: 'a configuration that the agent starts with', fix: [render()], found: text})
        },
      ),
  }),
]

function allAgents({datacenters}: Federation): Agent[] {
  return datacenters.flatMap(agentsOf)
}

function renderedVerdict(
  {id}: Agent,
  {differing, missing, rendered, strangers}: ConfigurationFacts,
  {file}: Federation,
): Verdict {
  const expected = `what ${render()} would write from ${file}`
  if (strangers.length > 0) {
    return broken({
      expected: 'the rendered configuration alone: Consul reads every .hcl and .json file of its folder',
      fix: [`move ${joined(strangers)} out of the rendered folder of ${id}`],
      found: `${joined(strangers)} beside the rendered configuration`,
    })
  }
  if (differing.length > 0) {
    return broken({
      evidence: differing.flatMap(({keys}) => (keys.length > 0 ? [`other values: ${joined(keys)}`] : [])),
      expected,
      fix: [`change ${file} where the edit is meant to stay`, render()],
      found: `${joined(differing.map(({path}) => path))} differs from the federation file`,
    })
  }
  if (!rendered) return doubtful({expected, fix: [render()], found: 'it is not rendered yet'})
  if (missing.length === 0) return holds()
  return broken({expected, fix: [render()], found: `${joined(missing)} is missing`})
}

/** One command renders all of them, so that agents with the same finding share a line. */
function render(): string {
  return fedctlCommand('config render')
}
